/** A short name of this room and the session that holds it. Times are epoch seconds. */
export interface HeldName {
  readonly name: string
  readonly session_id: string
  /** When it was taken, or taken up again. */
  readonly at: number
  /** When the session ended; null while it has not. */
  readonly ended_at: number | null
}
