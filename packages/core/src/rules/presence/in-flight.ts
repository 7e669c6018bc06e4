import type { InFlight } from '../../model/in-flight.js'

/** A file stays in flight this long after its last edit, in seconds. */
export const IN_FLIGHT_SECS = 15 * 60
/** A claim may refuse somebody else's edit only while it is younger than this, in seconds. */
export const DENY_SECS = 10 * 60
/** Two starts closer than this are told apart by the order in which the claims were written, not by their clocks. */
const SAME_INSTANT_SECS = 2

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
