/** A file that a session is editing. `path` is relative to the top of its working tree, `/`-separated. */
export interface InFlight {
  readonly sessionId: string
  readonly tool: string
  /** The session that started it, where the entry says so. */
  readonly parent?: string | undefined
  readonly path: string
  /** Absolute top of the working tree, symbolic links resolved; null when it is not known or on another machine. */
  readonly worktree: string | null
  /** What the file system says of that working tree (rules/presence/same-tree.ts). */
  readonly tree?: string | undefined
  /** Epoch seconds of the first edit of this stretch of work (0: not known), and of the last one. */
  readonly since: number
  readonly last: number
  /** Grows in the order of writing; 0 for what was announced in a presence record instead of claimed. */
  readonly order: number
  /** Announced by the session itself and held as long as it is live, whatever `last` says. */
  readonly announced?: boolean
  /** Its last line was written without a program (`last` is then a guess): nobody else had announced the file by then. */
  readonly untimed?: boolean
  /** Announced by a shell command, which may go on writing. */
  readonly byCommand?: boolean
}
