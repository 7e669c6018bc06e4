import { parseIsoTime } from './iso-time.js'

const RELATIVE = /^\+(\d{1,6})([smhd])$/
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/**
 * When a standby comes due, in epoch seconds: `+30m`, `+2h`, `+1d` (from `ts`, when it was posted) or an ISO time.
 * Undefined for anything else. The reference stored relative times as they were typed and never woke anybody for them
 * (protocol section 7), so readers resolve them too.
 */
export function resolveWakeTime(wakeAfter: unknown, ts: number): number | undefined {
  if (typeof wakeAfter !== 'string') return undefined
  const relative = RELATIVE.exec(wakeAfter.trim())
  if (relative === null) return parseIsoTime(wakeAfter)
  return ts + Number(relative[1]) * (UNIT_SECONDS[relative[2] ?? ''] ?? 0)
}
