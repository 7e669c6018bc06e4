/** One import found by parsing a source file. */
export interface ImportReference {
  /**
   * JavaScript and TypeScript: the specifier as written. Python: a dotted module (`from a import b` gives `a` and `a.b`;
   * leading dots are kept), or a path when a file is loaded by its path.
   */
  readonly specifier: string
  /** 1-based. */
  readonly line: number
}

/** The files of a repository, for the boundary check. Paths are relative to its root, `/`-separated. */
export interface SourceTree {
  /** Every file, sorted: what git tracks or would track; without git every file outside of `node_modules` and dot folders. */
  files(): Promise<readonly string[]>
  /** Text of a file, or undefined when it cannot be read. */
  readText(path: string): Promise<string | undefined>
  /** Imports of a file by its language; undefined for a language that is not parsed. Never throws for broken source. */
  imports(path: string, source: string): Promise<readonly ImportReference[] | undefined>
}
