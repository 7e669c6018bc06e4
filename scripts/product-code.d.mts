export interface SourceFile {
  readonly package: string
  readonly path: string
  readonly text: string
}
export function productFiles(): SourceFile[]
