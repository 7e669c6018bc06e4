import { parseIsoTime } from '../text/iso-time.js'

const UNIT_SECS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/**
 * When a standby comes due, in epoch seconds: `+90s`, `+30m`, `+2h`, `+1d` count from `postedAt`; anything else is read as an
 * ISO time (without a zone: UTC). Undefined for text that names no time.
 */
export function parseWakeAfter(value: string, postedAt: number): number | undefined {
  const relative = /^\+\s*(\d{1,9})\s*([smhd])$/i.exec(value.trim())
  if (relative === null) return parseIsoTime(value)
  const [, amount = '', unit = ''] = relative
  return postedAt + Number(amount) * (UNIT_SECS[unit.toLowerCase()] ?? 0)
}
