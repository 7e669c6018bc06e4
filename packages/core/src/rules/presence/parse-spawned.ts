import { toInteger } from '../text/python-values.js'

/**
 * `--spawned`: a comma list of `type[:count]` (protocol section 4). A missing or odd count is 1, repeated types add up,
 * blank types are left out, negative counts stay. Anything that is not text gives an empty object.
 */
export function parseSpawned(value: unknown): Record<string, number> {
  const counts = new Map<string, number>()
  if (typeof value !== 'string') return {}
  for (const item of value.split(',')) {
    const colon = item.indexOf(':')
    const type = (colon < 0 ? item : item.slice(0, colon)).trim()
    if (type === '') continue
    const count = colon < 0 ? 1 : (toInteger(item.slice(colon + 1)) ?? 1)
    counts.set(type, (counts.get(type) ?? 0) + count)
  }
  return Object.fromEntries(counts)
}
