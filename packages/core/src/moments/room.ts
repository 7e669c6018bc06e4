/** Who is asking, as the hot path knows it. */
export interface Self {
  readonly sessionId: string
  readonly tool: string
  /** The session that started this one. */
  readonly parent?: string | undefined
  /** Top of the working tree of the session. */
  readonly worktree: string
  /** The file system of the working tree takes `A.ts` and `a.ts` for one file. */
  readonly caseInsensitive: boolean
}

/** Somebody else in the room who is live. Texts are as stored: they are cleaned where they are shown. */
export interface Peer {
  readonly sessionId: string
  /** What it is called in the room, where it has a name there: safe to show. */
  readonly name?: string | undefined
  readonly tool: string
  readonly parent?: string | null | undefined
  /** What the session is called that started this one and the one that asks: both are its subagents. */
  readonly sibling?: string | undefined
  readonly task?: string | undefined
  readonly branch?: string | undefined
  /** Epoch seconds of the last sign of life. */
  readonly lastSeen: number
  readonly files: readonly string[]
  /** Relative to this session: the same working tree, another one of this machine, another machine. */
  readonly where: 'here' | 'worktree' | 'machine'
  /** Live subagents. */
  readonly children: number
}
