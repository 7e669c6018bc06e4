/** Everything that chance decides in a schedule, from one seed: the same seed is the same schedule. */
export interface Chance {
  /** At least 0, below `limit`. */
  below(limit: number): number
  /** True once in `n`. */
  oneIn(n: number): boolean
  pick<T>(items: readonly T[]): T
}

/** A small deterministic generator (mulberry32). */
export function seeded(seed: number): Chance {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    below,
    oneIn: (n) => below(n) === 0,
    pick: (items) => items[below(items.length)] as (typeof items)[number],
  }
}

/** Thrown when a schedule broke a promise; the text says how to see it again. */
export class Violation extends Error {
  constructor(
    readonly invariant: string,
    details: string,
    again: { suite: string; seed: number },
  ) {
    super(
      `${invariant}: ${details}\nseed ${again.seed}; again: RALLY_SIM_SEED=${again.seed} node scripts/test.mjs test/simulator/${again.suite}.test.ts`,
    )
  }
}

/** `RALLY_SIM_SEED=N` runs that one schedule, `RALLY_SIM_SCHEDULES=N` so many instead of the usual number. */
export function seedsOf(usual: number): number[] {
  const one = process.env.RALLY_SIM_SEED
  if (one !== undefined) return [Number(one)]
  const count = Number(process.env.RALLY_SIM_SCHEDULES ?? usual)
  return Array.from({ length: count }, (_, index) => index + 1)
}
