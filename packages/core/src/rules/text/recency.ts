import { num } from '../../readers.js'
import { parseIsoTime } from './iso-time.js'

/** How quickly news fades (protocol section 7.1). */
const HALF_LIFE_SECS = 48 * 3600
/** Weight under which a record is no longer listed. */
const ARCHIVE_FLOOR = 0.05
/** A clock may run this far ahead before a stored time is no longer believed. */
export const CLOCK_SKEW_SECS = 60

/** `0.5 ^ (whole seconds of age / half life)`; 1 for something from the future. A half life that is not positive means the default. */
export function recencyWeight(ageSecs: number, halfLifeSecs = HALF_LIFE_SECS): number {
  const halfLife = halfLifeSecs > 0 ? halfLifeSecs : HALF_LIFE_SECS
  return 0.5 ** (Math.max(0, Math.floor(ageSecs)) / halfLife)
}

/** Whether a weight lies below the floor; a weight on it does not. */
export function isArchivable(weight: number, floor = ARCHIVE_FLOOR): boolean {
  return weight < floor
}

/** A stored time as epoch seconds: a number, or an ISO text. Undefined for anything else. */
export function epochOf(ts: unknown): number | undefined {
  return num(ts) ?? parseIsoTime(ts)
}
