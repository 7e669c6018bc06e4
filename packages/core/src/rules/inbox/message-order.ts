import { toNumber } from '../text/python-values.js'

/** What is dated further ahead (seconds) than two clocks may differ says nothing about when it came. */
export const AHEAD_SECS = 300

/**
 * The time by which a message is put in order. One from the future counts as oldest: else it would stand before everything
 * that comes after it until that day.
 */
export function orderingTime(ts: unknown, now: number): number {
  const time = toNumber(ts) ?? 0
  return time > now + AHEAD_SECS ? 0 : time
}
