/** Facts about the checkout that a session works in. */
export interface RepositoryPort {
  /** Paths that git reports as changed, relative to the top; `unknown` when git did not answer in time. */
  dirtyFiles(workdir: string): Promise<{ files: readonly string[]; unknown: boolean }>
  branch(workdir: string): Promise<BranchFacts>
  /** What a commit would take: what differs from HEAD in the index (GIT_INDEX_FILE is obeyed), or anywhere. */
  filesToCommit(workdir: string, scope: CommitScope): Promise<FilesToCommit>
  /**
   * When each of some files (relative to the top) was last committed on the branch, at or after `since`: epoch seconds. Files
   * that were not are missing; undefined when git did not answer.
   */
  lastCommits(workdir: string, query: CommitQuery): Promise<ReadonlyMap<string, number> | undefined>
  /** What tells this working tree (absolute) from others, and whether `A.ts` and `a.ts` are one file in it. */
  treeFacts(worktree: string): Promise<TreeFacts>
  /** The text of a small file, or undefined when it cannot be read (absent, no regular file, over 1 MiB). */
  readText(path: string): Promise<string | undefined>
  /** Whether there is a folder at this absolute path, links followed. */
  isFolder(path: string): Promise<boolean>
}

/** `staged`: only what is in the index. */
export interface CommitScope {
  readonly staged: boolean
}

/** Paths from the top of the working tree, `/`-separated; an untracked folder ends in `/`; of a renamed file both names. */
export interface FilesToCommit {
  readonly files: readonly string[]
  /** Git did not answer in time. */
  readonly unknown: boolean
}

/** Which files, and since when. */
export interface CommitQuery {
  readonly paths: readonly string[]
  /** Epoch seconds. */
  readonly since: number
}

/** A working tree on disk; `id` as `Tree.tree` of rules/presence/same-tree.ts. */
export interface TreeFacts {
  readonly id: string | undefined
  readonly caseInsensitive: boolean
}

/** A branch as git tells it; `unknown` where git does not. */
export interface BranchFacts {
  /** Name, `HEAD` when detached, `unknown` when it cannot be told. */
  readonly name: string
  /** Full commit id or `unknown`. */
  readonly headSha: string
  readonly mergeStatus: 'merged' | 'unmerged' | 'unknown'
}
