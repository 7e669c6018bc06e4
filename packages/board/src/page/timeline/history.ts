import type { KeyedEntry } from '../../stream/room-news.js'

/** More are not kept: the oldest go. */
const MOST = 120_000

/** When an entry begins (epoch seconds). */
export function startOf({ at, until }: KeyedEntry): number {
  return at ?? until ?? 0
}

function isNotable({ type, kind }: KeyedEntry): boolean {
  return type === 'arrival' || type === 'claim' || (type === 'told' && kind === 'collision')
}

/** What happened, in order of time, each entry once: one that is told again takes the place of the earlier. */
export class History {
  #sorted: KeyedEntry[] = []
  readonly #places = new Map<string, KeyedEntry>()
  readonly #notable = new Map<string, KeyedEntry>()
  readonly #firsts = new Map<string, number>()
  #since = Number.POSITIVE_INFINITY

  get entries(): readonly KeyedEntry[] {
    return this.#sorted
  }

  /** Arrivals, claims and collisions: what stretches of time are made of. */
  get notable(): KeyedEntry[] {
    return [...this.#notable.values()].sort((a, b) => startOf(a) - startOf(b))
  }

  /** When each who did something did so first, by name. */
  get firsts(): ReadonlyMap<string, number> {
    return this.#firsts
  }

  /** Everything from then on is here; infinity while nothing was loaded. */
  get since(): number {
    return this.#since
  }

  reached(since: number, leftOut: boolean): void {
    const oldest = this.#sorted[0]
    this.#since = leftOut && oldest !== undefined ? Math.max(since, startOf(oldest)) : since
  }

  /** What was loaded may have gaps: it is loaded again. */
  forgetReach(): void {
    this.#since = Number.POSITIVE_INFINITY
  }

  /** Answers whether anything is new. */
  add(entries: readonly KeyedEntry[]): boolean {
    if (entries.length === 0) return false
    const replaced = new Set<KeyedEntry>()
    for (const entry of entries) {
      const known = this.#places.get(entry.key)
      if (known !== undefined) replaced.add(known)
      this.#places.set(entry.key, entry)
      if (isNotable(entry)) this.#notable.set(entry.key, entry)
      if (startOf(entry) < (this.#firsts.get(entry.by) ?? Number.POSITIVE_INFINITY))
        this.#firsts.set(entry.by, startOf(entry))
    }
    const kept = replaced.size === 0 ? this.#sorted : this.#sorted.filter((entry) => !replaced.has(entry))
    const fresh = entries.filter((entry) => this.#places.get(entry.key) === entry)
    const last = kept.at(-1)
    const isBehind = last === undefined || fresh.every((entry) => startOf(entry) >= startOf(last))
    const all = [...kept, ...fresh.sort((a, b) => startOf(a) - startOf(b))]
    this.#sorted = isBehind ? all : all.sort((a, b) => startOf(a) - startOf(b))
    if (this.#sorted.length > MOST) {
      for (const { key } of this.#sorted.slice(0, -MOST)) {
        this.#places.delete(key)
        this.#notable.delete(key)
      }
      this.#sorted = this.#sorted.slice(-MOST)
    }
    return true
  }

  /** Index of the first entry that begins then or later. */
  indexAt(seconds: number): number {
    let [low, high] = [0, this.#sorted.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const entry = this.#sorted[middle]
      if (entry !== undefined && startOf(entry) < seconds) low = middle + 1
      else high = middle
    }
    return low
  }
}
