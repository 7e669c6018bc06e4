/** Facts about the checkout that a session works in. */
export interface RepositoryPort {
  /** Paths that git reports as changed, relative to the top; `unknown` when git did not answer in time. */
  dirtyFiles(workdir: string): Promise<{ files: readonly string[]; unknown: boolean }>
  branch(workdir: string): Promise<BranchFacts>
  /** The text of a small file, or undefined when it cannot be read (absent, no regular file, over 1 MiB). */
  readText(path: string): Promise<string | undefined>
  /** Whether there is a folder at this absolute path, links followed. */
  isFolder(path: string): Promise<boolean>
}

/** A branch as git tells it; `unknown` where git does not. */
export interface BranchFacts {
  /** Name, `HEAD` when detached, `unknown` when it cannot be told. */
  readonly name: string
  /** Full commit id or `unknown`. */
  readonly headSha: string
  readonly mergeStatus: 'merged' | 'unmerged' | 'unknown'
}
