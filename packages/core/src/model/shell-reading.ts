/** A file that a shell command writes, replaces, moves or removes. */
export interface ShellWrite {
  /** `/`-separated; absolute, or relative to the folder where the command starts. `.` and `..` are worked out by name. */
  readonly path: string
  /** Should it be a folder, everything below it as well (`rm -r`, `mv`, `git checkout --`). */
  readonly tree: boolean
  /**
   * Should `path` be a folder, this name in it is written and not the folder (`cp a b`); null for a name that cannot be read.
   * Absent: `path` whatever it is.
   */
  readonly inside?: string | null
  /** What writes: `redirection`, or the command's own name (`sed`, `git`, `apply_patch`). */
  readonly by: string
}

/** Git commands that take along, hide or discard what others have in the same working tree. */
export type GitVerb =
  | 'add-all'
  | 'add-folder'
  | 'checkout'
  | 'clean'
  | 'commit-all'
  | 'commit-folder'
  | 'pull'
  | 'rebase'
  | 'reset-hard'
  | 'stash'
  | 'switch'

export interface ShellGit {
  readonly verb: GitVerb
  /** Where git runs, in the form of `ShellWrite.path`; `.` is the folder where the command starts. */
  readonly folder: string
  /**
   * What it is limited to, in the form of `ShellWrite.path`. Absent: the whole working tree. Of `add-folder` and `commit-folder`
   * only those count that are folders: who names a file means that file.
   */
  readonly scope?: readonly string[]
  /** The branch or commit that `checkout` and `switch` go to, where it can be read. */
  readonly target?: string
  /** `git checkout WORD` without `--`: should WORD be no branch but a file, git restores these instead. */
  readonly orWrites?: readonly ShellWrite[]
}

/** What a shell command line does to files, as far as it can be read; nothing in it is a guess. */
export interface ShellReading {
  /** In the order of the command line, each path once. */
  readonly writes: readonly ShellWrite[]
  readonly git: readonly ShellGit[]
  /** A word by which git may change the branch or files, wherever it stands: `checkout`, `rebase` … Not more than a hint. */
  readonly moves?: string
}
