export interface Module {
  readonly package: string
  readonly imports: readonly string[]
}
export interface Arrow {
  readonly from: string
  readonly to: string
  readonly imports: number
  readonly module: string
}
export function readModules(root?: string): Map<string, Module>
export function faults(modules: Map<string, Module>): string[]
export function arrows(modules: Map<string, Module>): { packages: Arrow[]; core: Arrow[] }
