/**
 * JSON as the reference fingerprints it (protocol section 3.5): keys sorted, `", "` and `": "` between items, everything
 * outside ASCII escaped. For values that came from JSON; other values are left out or become null as in JSON.stringify.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(', ')}]`
  if (typeof value !== 'object' || value === null) return escapeNonAscii(JSON.stringify(value) ?? 'null')
  const members = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => compareCodePoints(a, b))
    .map(([key, item]) => `${escapeNonAscii(JSON.stringify(key))}: ${canonicalJson(item)}`)
  return `{${members.join(', ')}}`
}

/** Python sorts by code point, JavaScript's `<` by UTF-16 unit; they differ beyond the basic plane. */
function compareCodePoints(a: string, b: string): number {
  const left = [...a]
  const right = [...b]
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

function escapeNonAscii(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
