/** Volatile parts of a recorded answer, as patterns. `<host>` and `<event_id:k>` are handled by the caller's context. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  git_sha: '[0-9a-f]{40}',
  // Our ids carry a unique tail behind the recorded form.
  epoch_ms: '\\d{13}(?:-[0-9a-z]+)?',
  hex16: '[0-9a-f]{16}',
  hex12: '[0-9a-f]{12}',
  d6: '\\d{6}',
  stamp: '\\d{8}T\\d{6}Z',
  utc_date: '\\d{4}-\\d{2}-\\d{2}',
  'HH:MM:SS': '\\d{2}:\\d{2}:\\d{2}',
  iso_micros_Z: '\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{6})?Z',
}

export interface MatchContext {
  /** Epoch seconds when the case began. */
  readonly start: number
  /** Seconds by which a recorded instant may differ (processes take time here, too). */
  readonly tolerance: number
  readonly host: string
  readonly replace: (text: string) => string
  readonly eventIds: Map<string, string>
  /** Keys whose arrays follow directory order: compared as sets. */
  readonly unordered: ReadonlySet<string>
}

const quote = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function matchString(expected: string, actual: unknown, c: MatchContext): boolean {
  const wanted = c.replace(expected)
  if (wanted === '<pid>') return typeof actual === 'number' && Number.isInteger(actual)
  if (typeof actual !== 'string') return false
  const event = /^<event_id:(\d+)>$/.exec(wanted)
  if (event) {
    const known = c.eventIds.get(wanted)
    c.eventIds.set(wanted, actual)
    return known === undefined ? /^blf_[0-9a-f]{24}$/.test(actual) : known === actual
  }
  const parts = wanted.split(/(<[A-Za-z_0-9:]+>)/)
  const pattern = parts
    .map((part) => {
      const name = part.startsWith('<') ? part.slice(1, -1) : ''
      if (name === 'host') return quote(c.host)
      return PLACEHOLDERS[name] ?? quote(part)
    })
    .join('')
  return new RegExp(`^${pattern}$`, 's').test(actual)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Differences between a recorded value and ours; keys may be added, never changed (contract of the command line). */
export function differences(expected: unknown, actual: unknown, c: MatchContext, at = '$'): string[] {
  const fail = () => [`${at}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`]
  if (typeof expected === 'string') return matchString(expected, actual, c) ? [] : fail()
  if (isObject(expected)) {
    if ('$now' in expected) {
      const wanted = c.start + Number(expected.$now)
      return typeof actual === 'number' && Math.abs(actual - wanted) <= c.tolerance ? [] : fail()
    }
    if ('$now_iso' in expected) {
      const time = typeof actual === 'string' ? Date.parse(actual) / 1000 : Number.NaN
      return Math.abs(time - (c.start + Number(expected.$now_iso))) <= c.tolerance ? [] : fail()
    }
    if ('$approx' in expected) {
      return typeof actual === 'number' && Math.abs(actual - Number(expected.$approx)) <= c.tolerance ? [] : fail()
    }
    if (!isObject(actual)) return fail()
    return Object.entries(expected).flatMap(([key, value]) => {
      const found = actual[key]
      if (found === undefined && value === null) return []
      return differences(value, found, c, `${at}.${key}`)
    })
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return fail()
    if (c.unordered.has(at.slice(at.lastIndexOf('.') + 1))) return differencesAsSet(expected, actual, c, at)
    return expected.flatMap((item, index) => differences(item, actual[index], c, `${at}[${index}]`))
  }
  return Object.is(expected, actual) ? [] : fail()
}

function differencesAsSet(
  expected: readonly unknown[],
  actual: readonly unknown[],
  c: MatchContext,
  at: string,
): string[] {
  const left = [...actual]
  return expected.flatMap((item) => {
    const index = left.findIndex((other) => differences(item, other, c, at).length === 0)
    if (index < 0) return [`${at}: nothing like ${JSON.stringify(item)} in ${JSON.stringify(actual)}`]
    left.splice(index, 1)
    return []
  })
}
