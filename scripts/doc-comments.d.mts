export interface BareExport {
  readonly name: string
  readonly path: string
  readonly line: number
}
export const ENTRIES: readonly string[]
export function undocumented(folder?: string): { count: number; bare: BareExport[] }
