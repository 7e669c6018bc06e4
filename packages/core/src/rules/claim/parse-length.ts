const UNIT_SECS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** A length of time as `90s`, `30m`, `2h`, `1h30m` or `1d`, in seconds; undefined for text that is none, or for no time at all. */
export function parseLength(value: string): number | undefined {
  const source = value.trim().toLowerCase()
  if (!/^(?:\d{1,6}[smhd])+$/.test(source)) return undefined
  let seconds = 0
  for (const [, amount = '', unit = ''] of source.matchAll(/(\d+)([smhd])/g))
    seconds += Number(amount) * (UNIT_SECS[unit] ?? 0)
  return seconds > 0 ? seconds : undefined
}
