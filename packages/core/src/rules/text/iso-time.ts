/**
 * Instants as text. Everything stored as `ts` is seconds since the epoch; log facts, leases and rejections hold ISO text
 * (protocol section 2).
 */

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/

/** `YYYY-MM-DDTHH:MM:SSZ`; the fraction is cut, as the reference does. */
export function formatIsoSeconds(ts: number): string {
  return `${civil(Math.floor(ts))}Z`
}

/** `YYYY-MM-DDTHH:MM:SS.ffffff+00:00`. */
export function formatIsoMicros(ts: number): string {
  const micros = Math.round(ts * 1e6)
  const seconds = Math.floor(micros / 1e6)
  return `${civil(seconds)}.${String(micros - seconds * 1e6).padStart(6, '0')}+00:00`
}

/** Seconds since the epoch, or undefined for anything that names no instant. A time without a zone is UTC. */
export function parseIsoTime(value: unknown): number | undefined {
  const match = typeof value === 'string' ? ISO.exec(value.trim()) : null
  if (match === null) return undefined
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match
  const fields = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const at = new Date(0)
  at.setUTCFullYear(fields[0], fields[1] - 1, fields[2])
  at.setUTCHours(fields[3], fields[4], fields[5])
  // A date rolls over instead of failing: 30 February must not become 2 March.
  if (civil(at.getTime() / 1000) !== civilOf(fields)) return undefined
  const offset = zoneSeconds(zone)
  return offset === undefined ? undefined : at.getTime() / 1000 - offset + Number(`0.${fraction || '0'}`)
}

function civil(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19)
}

function civilOf([year, month, day, hour, minute, second]: [number, number, number, number, number, number]): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`
}

function zoneSeconds(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3).replace(':', '') || '0')
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60)
}
