import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Scratch } from '../../packages/hook/test/scratch.js'
import { openRoom } from '../../packages/local/dist/open-room.js'
import { type LifeBug, runLifeSchedule } from './life-schedule.js'
import { seedsOf, Violation } from './seeded.js'

let scratch: Scratch
beforeAll(() => {
  scratch = new Scratch()
})
afterAll(() => scratch.remove())

/** A room whose clock is the schedule's. */
async function open() {
  const room = await openRoom(scratch.repo, { sessionId: 'looker', tool: 'toolx' }, { env: scratch.env })
  return { ...room, clock: { now: () => scratch.now } }
}

describe.runIf(process.platform === 'linux')('lives of up to eight sessions', () => {
  it('are told alike by hooks, roster, status and claims, after each step', async () => {
    for (const seed of seedsOf(24)) await runLifeSchedule(scratch, seed, { open })
  })

  const bugs: readonly (readonly [bug: LifeBug, invariant: RegExp])[] = [
    ['roster-goes-by-time', /^hooks and roster agree/],
    ['ends-are-forgotten', /^who lives is seen to live/],
    ['clear-ends-nothing', /^who lives is seen to live/],
    ['announcements-are-no-sign', /^hooks and status agree/],
  ]
  for (const [bug, invariant] of bugs) {
    it(`are not told alike by a room that ${bug.replaceAll('-', ' ')}`, async () => {
      const caught: string[] = []
      for (let seed = 1; seed <= 40 && caught.length === 0; seed++) {
        try {
          await runLifeSchedule(scratch, seed, { open, bug })
        } catch (error) {
          if (!(error instanceof Violation)) throw error
          if (invariant.test(error.message)) caught.push(error.message)
        }
      }
      expect(caught).toHaveLength(1)
    })
  }
})
