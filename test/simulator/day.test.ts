import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Scratch } from '../../packages/hook/test/scratch.js'
import { type DayBug, playDay } from './day-schedule.js'
import { seedsOf, Violation } from './seeded.js'

let scratch: Scratch
beforeAll(() => {
  scratch = new Scratch()
})
afterAll(() => scratch.remove())

describe('a day of normal work', () => {
  it('has no false alarm, and no change by a peer is missed', () => {
    let [drifts, branches] = [0, 0]
    for (const seed of seedsOf(6)) {
      const day = playDay(scratch, seed)
      drifts += day.drifts
      branches += day.branches
    }
    // It is no day without news.
    if (process.env.RALLY_SIM_SEED === undefined) expect(Math.min(drifts, branches)).toBeGreaterThan(5)
  }, 300_000)

  const bugs: readonly (readonly [bug: DayBug, invariant: RegExp])[] = [
    ['blames-kin', /^a change that is told was made by somebody else/],
    ['tells-nobody', /^a change by a peer is told/],
  ]
  it.each(bugs)(
    'shows a hook that %s',
    (bug, invariant) => {
      const caught: string[] = []
      for (let seed = 1; seed <= 10 && caught.length === 0; seed++) {
        try {
          playDay(scratch, seed, { bug })
        } catch (error) {
          if (!(error instanceof Violation)) throw error
          if (invariant.test(error.message)) caught.push(error.message)
        }
      }
      expect(caught).toHaveLength(1)
    },
    300_000,
  )
})
