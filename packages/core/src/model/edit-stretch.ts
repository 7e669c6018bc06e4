/** Edits of one file by one session without a long pause: what the history of edits keeps. Times are epoch seconds. */
export interface EditStretch {
  readonly sessionId: string
  /** What the session was called in the room; null where that is not known any more. */
  readonly name: string | null
  readonly tool: string
  /** The session that started it. */
  readonly parent: string | null
  /** Relative to the top of its working tree, `/`-separated. */
  readonly path: string
  /** Absolute top of the working tree; empty when it is not known. */
  readonly worktree: string
  /** What the file system says of that working tree (moments/same-tree.ts). */
  readonly tree: string | null
  /** The first and the last announcement. */
  readonly since: number
  readonly last: number
  /** How many announcements there were; edits within half a minute are announced once. */
  readonly count: number
}
