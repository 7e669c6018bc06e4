/** JSON as the reference writes it: every character outside printable ASCII escaped. */

const escapeNonAscii = (json: string): string =>
  json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Without spaces: log lines, presence, messages, heartbeats. */
export function stringifyCompact(value: unknown): string {
  return escapeNonAscii(JSON.stringify(value))
}

/** Without spaces, keys sorted at every level: the lease of the lead. */
export function stringifySorted(value: unknown): string {
  return escapeNonAscii(JSON.stringify(sortKeys(value)))
}

/** Indented by two, keys sorted, newline at the end: ack cursors. */
export function stringifyIndented(value: unknown): string {
  return `${escapeNonAscii(JSON.stringify(sortKeys(value), null, 2))}\n`
}

/** Keys sorted, `", "` and `": "` between items: rejections. */
export function stringifySpaced(value: unknown): string {
  return escapeNonAscii(spaced(value))
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = sortedEntries(value).map(([key, item]) => `${JSON.stringify(key)}: ${spaced(item)}`)
  return `{${members.join(', ')}}`
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  // Entries, not assignment: a key named __proto__ stays an ordinary key.
  return Object.fromEntries(sortedEntries(value).map(([key, item]) => [key, sortKeys(item)]))
}

function sortedEntries(value: object): [string, unknown][] {
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}
