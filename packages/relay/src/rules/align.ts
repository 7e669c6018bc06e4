/**
 * Which items at home the other side does not have, when positions cannot tell (a folder that was made again or restored
 * from a backup). Both sides keep the order of writing, and the other side forgets only the oldest: so everything before
 * the first item that both have counts as known there. Without any common item all are missing.
 */
export function findMissing(home: readonly string[], there: readonly string[]): number[] {
  const left = new Map<string, number>()
  for (const item of there) left.set(item, (left.get(item) ?? 0) + 1)
  const missing: number[] = []
  let met = false
  home.forEach((item, index) => {
    const count = left.get(item) ?? 0
    if (count === 0) {
      missing.push(index)
      return
    }
    left.set(item, count - 1)
    if (!met) missing.length = 0
    met = true
  })
  return missing
}
