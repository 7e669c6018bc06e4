import { num } from '../../readers.js'

/** Seconds within which the roster calls a session live. */
export const ROSTER_WINDOW_SECS = 120

/**
 * Seconds without a sign of life after which a session counts as gone: its announced rhythm, else the default one, times the
 * number of beats it may miss, plus a grace. Values that make no sense mean the default.
 */
export function stalenessWindow(
  plannedHeartbeatSecs: unknown,
  { defaultCadenceSecs = 300, missMultiplier = 6, graceSecs = 60 } = {},
): number {
  const planned = num(plannedHeartbeatSecs)
  const cadence = planned !== undefined && planned > 0 ? planned : defaultCadenceSecs
  return cadence * missMultiplier + Math.max(0, graceSecs)
}
