import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTestRoom, testSession } from '../src/testing/test-room.js'
import { claimLead } from '../src/usecases/lead/claim-lead.js'
import { readLead } from '../src/usecases/lead/read-lead.js'
import { relinquishLead } from '../src/usecases/lead/relinquish-lead.js'
import { renewLead } from '../src/usecases/lead/renew-lead.js'
import { transferLead } from '../src/usecases/lead/transfer-lead.js'

const AGENTS = ['a', 'b', 'c'] as const
const agent = fc.constantFrom(...AGENTS)
const minutes = fc.integer({ min: 1, max: 90 })

const step = fc.oneof(
  fc.record({ do: fc.constant('claim' as const), who: agent, minutes }),
  fc.record({ do: fc.constant('renew' as const), who: agent, minutes }),
  fc.record({ do: fc.constant('transfer' as const), who: agent, to: agent }),
  fc.record({ do: fc.constant('relinquish' as const), who: agent }),
  // Backwards as well: clocks are corrected.
  fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: -600, max: 5400 }) }),
)

/** The plainest statement of a lease (protocol section 9). */
interface Seat {
  readonly who: string
  readonly minutes: number
  readonly until: number
}

describe('the leadership lease, for any schedule', () => {
  it('is held by one session at a time, and each verb answers as the plain model says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const room = await createTestRoom()
        const as = (sessionId: string) => ({ ...room, session: testSession({ sessionId }) })
        let seat: Seat | undefined
        for (const todo of steps) {
          const now = room.clock.now()
          if (todo.do === 'wait') room.advance(todo.seconds)
          else if (todo.do === 'claim') {
            const isFree: boolean = seat === undefined || seat.until <= now
            const claim = await claimLead(as(todo.who), { minutes: todo.minutes })
            expect(claim.claimed).toBe(isFree)
            if (claim.claimed) {
              expect(claim.takenFrom).toBe(seat?.who ?? null)
              seat = { who: todo.who, minutes: todo.minutes, until: now + todo.minutes * 60 }
            } else expect(claim.holder).toBe(seat?.who)
          } else if (todo.do === 'renew') {
            const renewal = await renewLead(as(todo.who), { minutes: todo.minutes })
            expect(renewal.renewed).toBe(seat?.who === todo.who)
            if (renewal.renewed) seat = { who: todo.who, minutes: todo.minutes, until: now + todo.minutes * 60 }
          } else if (todo.do === 'transfer') {
            const transfer = await transferLead(as(todo.who), { sessionId: todo.to })
            expect(transfer.transferred).toBe(seat?.who === todo.who)
            if (transfer.transferred && seat) seat = { ...seat, who: todo.to, until: now + seat.minutes * 60 }
          } else {
            const { relinquished } = await relinquishLead(as(todo.who))
            expect(relinquished).toBe(seat?.who === todo.who)
            if (relinquished) seat = undefined
          }
          const stored = (await room.transport.leases.read('lead'))?.value as
            | { lead: { session_id: string } }
            | undefined
          expect(stored?.lead.session_id).toBe(seat?.who)
          await readLead(as('a'))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('goes to exactly one of those who claim at once, whatever lies in the seat', async () => {
    const lying = fc.oneof(
      fc.constant(undefined),
      fc.jsonValue({ maxDepth: 3 }).filter((value) => JSON.stringify(value).length < 500),
    )
    await fc.assert(
      fc.asyncProperty(lying, fc.integer({ min: 2, max: 12 }), async (value, count) => {
        const room = await createTestRoom()
        if (value !== undefined && value !== null) room.transport.plant.lease('lead', value)
        const claims = await Promise.all(
          Array.from({ length: count }, (_, n) => claimLead({ ...room, session: testSession({ sessionId: `s${n}` }) })),
        )
        expect(claims.filter(({ claimed }) => claimed)).toHaveLength(1)
      }),
      { numRuns: 150 },
    )
  })
})
