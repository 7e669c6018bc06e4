import type { SourceFile } from './product-code.mjs'

export function sourceFaults(files?: readonly SourceFile[]): string[]
