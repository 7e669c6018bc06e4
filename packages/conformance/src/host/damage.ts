import type { JsonObject } from '@rally/core/readers'

/** What a field may turn into. */
const ODD: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  ' ',
  '..',
  '../../etc/passwd',
  '\u0000',
  '\ud800',
  '*** Update File: ',
  [],
  {},
  [[]],
  [null, 1, 'x', {}],
  { length: 3 },
  'x'.repeat(5_000),
]

/** A repeatable source of numbers from 0 to 1 (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * A copy of a payload with one to three fields, at any depth, removed or replaced by something odd or by a value of another
 * field. Repeatable for the same numbers.
 */
export function damage(payload: JsonObject, random: () => number): JsonObject {
  const copy = structuredClone(payload)
  const times = 1 + Math.floor(random() * 3)
  for (let i = 0; i < times; i++) damageOnce(copy, random)
  return copy
}

function damageOnce(payload: JsonObject, random: () => number): void {
  const places = placesOf(payload)
  const place = pick(places, random)
  if (place === undefined) return
  const [holder, key] = place
  const kind = random()
  if (kind < 0.3) delete holder[key]
  else if (kind < 0.8) holder[key] = structuredClone(pick(ODD, random))
  else {
    const other = pick(places, random)
    holder[key] = other === undefined ? null : structuredClone(other[0][other[1]])
  }
}

function placesOf(value: unknown): Array<[JsonObject, string]> {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as JsonObject
  return Object.keys(holder).flatMap((key): Array<[JsonObject, string]> => [[holder, key], ...placesOf(holder[key])])
}

function pick<T>(list: readonly T[], random: () => number): T | undefined {
  return list[Math.floor(random() * list.length)]
}
