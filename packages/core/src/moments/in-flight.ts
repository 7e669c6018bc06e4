/** A file stays in flight this long after its last edit, in seconds. */
export const IN_FLIGHT_SECS = 15 * 60
/** A claim may refuse somebody else's edit only while it is younger than this, in seconds. */
export const DENY_SECS = 10 * 60
/** Two starts closer than this are told apart by the order in which the claims were written, not by their clocks. */
const SAME_INSTANT_SECS = 2

/** A file that a session is editing. `path` is relative to the top of its working tree, `/`-separated. */
export interface InFlight {
  readonly sessionId: string
  readonly tool: string
  /** The session that started it, where the entry says so. */
  readonly parent?: string | undefined
  readonly path: string
  /** Absolute top of the working tree, symbolic links resolved; null when it is not known or on another machine. */
  readonly worktree: string | null
  /** Epoch seconds of the first edit of this stretch of work (0: not known), and of the last one. */
  readonly since: number
  readonly last: number
  /** Grows in the order of writing; 0 for what was announced in a presence record instead of claimed. */
  readonly order: number
  /** Announced by the session itself and held as long as it is live, whatever `last` says. */
  readonly announced?: boolean
}

/** Whether an entry still holds its file. */
export function isInFlight(entry: Pick<InFlight, 'last' | 'announced'>, now: number): boolean {
  return entry.announced === true || now - entry.last < IN_FLIGHT_SECS
}

/** Whether `other` took the file before `own` did. Both sides of a race come to opposite answers. */
export function wasFirst(other: InFlight, own: InFlight): boolean {
  if (other.announced === true) return other.last <= own.since
  const byOrder = other.order > 0 && own.order > 0 && Math.abs(other.since - own.since) <= SAME_INSTANT_SECS
  return byOrder ? other.order < own.order : other.since <= own.since
}

/**
 * The form under which two names of one file are equal. File systems that ignore case ignore the forms of composed characters
 * as well; on others such names are different files.
 */
export function foldPath(path: string, caseInsensitive: boolean): string {
  return caseInsensitive ? path.normalize('NFC').toLowerCase() : path
}
