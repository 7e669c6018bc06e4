import type { SourceFile } from './product-code.mjs'

export interface SharedLines {
  readonly lines: number
  readonly a: string
  readonly b: string
}
export function sharedLines(files?: readonly SourceFile[], many?: number): SharedLines[]
