/**
 * At most `max` characters (code points, so that no character is torn): longer text is cut to `keep` (default `max`)
 * characters, then `mark` follows.
 */
export function clip(value: string, max: number, { keep = max, mark = '...' } = {}): string {
  if (value.length <= max) return value
  const points = Array.from(value)
  return points.length <= max ? value : points.slice(0, keep).join('') + mark
}
