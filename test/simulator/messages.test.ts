import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Scratch } from '../../packages/hook/test/scratch.js'
import { openRoom } from '../../packages/local/dist/open-room.js'
import { type MessageBug, runMessageSchedule } from './message-schedule.js'
import { seedsOf, Violation } from './seeded.js'

let scratches: Scratch[]
beforeAll(() => {
  scratches = [new Scratch(), new Scratch()]
})
afterAll(() => {
  for (const scratch of scratches) scratch.remove()
})

/** Machines whose rooms have the schedule's clock. */
function machines(count: number) {
  return scratches.slice(0, count).map((scratch) => ({
    scratch,
    async open() {
      const room = await openRoom(scratch.repo, { sessionId: 'looker', tool: 'looks' }, { env: scratch.env })
      return { ...room, clock: { now: () => scratch.now } }
    },
  }))
}

describe('messages of eight agents', () => {
  it('are told to exactly the sessions they name, once in a context, and the sender sees what happened', async () => {
    for (const seed of seedsOf(20)) await runMessageSchedule(seed, { machines: machines(1) })
  })

  it('are so too on two machines whose relays fail, begin anew and come late', async () => {
    for (const seed of seedsOf(20)) await runMessageSchedule(seed, { machines: machines(2) })
  })

  const bugs: readonly (readonly [bug: MessageBug, invariant: RegExp])[] = [
    ['tells-twice', /^a message is told once in a context/],
    ['tells-others', /^a message is told to whom it names/],
    ['claims-told', /^no rung is claimed that did not happen/],
  ]
  for (const [bug, invariant] of bugs) {
    it(`are seen to be wrong in a room that ${bug.replaceAll('-', ' ')}`, async () => {
      const caught: string[] = []
      for (let seed = 1; seed <= 20 && caught.length === 0; seed++) {
        try {
          await runMessageSchedule(seed, { machines: machines(1), bug })
        } catch (error) {
          if (!(error instanceof Violation)) throw error
          if (invariant.test(error.message)) caught.push(error.message)
        }
      }
      expect(caught).toHaveLength(1)
    })
  }
})
