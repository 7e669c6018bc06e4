import type { Transport } from '@rally/core/ports/transport'
import { createMemoryTransports } from '@rally/core/testing/memory-transport'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type ChannelRelay, createChannelRelay, RELAY_TASKS, type RelayTask } from '../src/channel-relay.js'
import type { RelayMemory } from '../src/ports/relay-files.js'
import { channelOf } from './relay-world.js'

/** More with RALLY_SCHEDULES=n; a failing seed is printed and runs again with RALLY_SEED. */
const RUNS = Number(process.env.RALLY_SCHEDULES ?? 300)
const SEED = process.env.RALLY_SEED === undefined ? {} : { seed: Number(process.env.RALLY_SEED) }

type Action =
  | { readonly do: 'post' | 'message' | 'crash'; readonly machine: number }
  | { readonly do: 'step'; readonly machine: number; readonly task: RelayTask; readonly faults: number }
  | { readonly do: 'new hub' }

const machine = fc.nat({ max: 2 })
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 40, arbitrary: fc.record({ do: fc.constant('post' as const), machine }) },
  { weight: 30, arbitrary: fc.record({ do: fc.constant('message' as const), machine }) },
  { weight: 20, arbitrary: fc.record({ do: fc.constant('crash' as const), machine }) },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('step' as const),
      machine,
      task: fc.constantFrom<RelayTask>('export', 'import', 'inbox', 'presence'),
      // A number whose bits say which of the next calls to either side fail, before or after they took effect.
      faults: fc.oneof(
        { weight: 20, arbitrary: fc.constant(0) },
        { weight: 10, arbitrary: fc.nat({ max: 2 ** 24 - 1 }) },
      ),
    }),
  },
  { weight: 3, arbitrary: fc.constant<Action>({ do: 'new hub' }) },
)

it('whatever fails in whichever order: every record and message is everywhere once, in order per machine', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 120 }), async (actions) => {
      const world = await createWorld()
      for (const one of actions) await world.apply(one)
      await world.heal()
      await world.check()
    }),
    { numRuns: RUNS, ...SEED },
  )
})

it.each(['a record is sent again after a lost confirmation', 'a message is delivered again'] as const)(
  'the invariants catch a planted bug: %s',
  async (bug) => {
    const attempt = fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 20, maxLength: 60 }), async (actions) => {
        const world = await createWorld(bug)
        for (const one of actions) await world.apply(one)
        await world.heal()
        await world.check()
      }),
      { numRuns: 200, endOnFailure: true },
    )
    await expect(attempt).rejects.toThrow()
  },
  120_000,
)

async function createWorld(bug?: string) {
  let counter = 0
  const ids = { hex: (n: number) => (counter++).toString(16).padStart(n, '0'), digits: (n: number) => '0'.repeat(n) }
  const transports = createMemoryTransports(ids)
  const open = (name: string) => transports.open(channelOf(`/${name}`))
  let faults = 0
  let hubs = 0
  let hub: Transport = await open('hub-0')
  const names = ['m0', 'm1', 'm2']
  const homes = await Promise.all(names.map(open))
  const relays: ChannelRelay[] = []
  const memories: (RelayMemory | undefined)[] = []
  const posted = names.map(() => 0)
  const sent = names.map(() => 0)

  /** Two bits of `faults` decide each call: 1 fails before it takes effect, 2 after. */
  const failing = (transport: Transport): Transport => {
    const wrap = <Store extends object>(store: Store): Store =>
      Object.fromEntries(
        Object.entries(store).map(([name, call]) => [
          name,
          async (...args: unknown[]) => {
            const fate = faults & 3
            faults >>>= 2
            if (fate === 1) throw new Error('planned failure')
            const answer = await call(...args)
            if (fate === 2) throw new Error('planned failure after the fact')
            return answer
          },
        ]),
      ) as Store
    return { ...transport, log: wrap(transport.log), inbox: wrap(transport.inbox), sessions: wrap(transport.sessions) }
  }
  const planted = (transport: Transport): Transport => {
    if (bug === 'a record is sent again after a lost confirmation') {
      return { ...transport, log: { ...transport.log, newestFrom: async () => undefined } }
    }
    if (bug === undefined) return transport
    const forget = async (box: string, after: number) => (after === 0 ? [] : transport.inbox.read(box, after))
    return { ...transport, inbox: { ...transport.inbox, read: forget } }
  }
  const start = (index: number) => {
    relays[index] = createChannelRelay(
      {
        home: failing(homes[index] as Transport),
        hub: failing(planted(hub)),
        identity: { machine: `m${index}`, epoch: 'e' },
        clock: { now: () => 1000 },
        memory: {
          read: async () => memories[index],
          write: async (memory) => {
            memories[index] = memory
          },
        },
        report: () => undefined,
      },
      { renewSecs: 20, adoptLeases: false },
    )
  }
  for (const index of names.keys()) start(index)

  return {
    async apply(one: Action) {
      if (one.do === 'post') {
        const n = next(posted, one.machine)
        await homes[one.machine]?.log.append({ ...DRAFT, payload: { from: one.machine, n }, event_id: 'blf_same' })
      } else if (one.do === 'message') {
        const n = next(sent, one.machine)
        await homes[one.machine]?.inbox.deliver({
          ...MESSAGE,
          to: n % 2 ? 'codex' : 'all',
          payload: { from: one.machine, n },
        })
      } else if (one.do === 'crash') start(one.machine)
      else if (one.do === 'new hub') {
        hub = await open(`hub-${++hubs}`)
        for (const index of names.keys()) start(index)
      } else if (one.do === 'step') {
        faults = one.faults
        await relays[one.machine]?.step(one.task).catch(() => undefined)
        faults = 0
        await relays[one.machine]?.remember()
      }
    },
    async heal() {
      for (let round = 0; round < 5; round++) {
        for (const relay of relays) {
          for (const task of RELAY_TASKS)
            for (let more = true, n = 0; more && n < 20; n++) more = await relay.step(task)
        }
      }
    },
    async check() {
      for (const room of [...homes, hub]) {
        const records = (await room.log.latest(10_000)).map((record) => record.payload)
        for (const [from, count] of posted.entries()) {
          expect(records.filter((payload) => payload.from === from).map((payload) => payload.n)).toEqual(upTo(count))
        }
        for (const [from, count] of sent.entries()) {
          for (const [box, odd] of [
            ['codex', 1],
            ['all', 0],
          ] as const) {
            const entries = await room.inbox.read(box, 0)
            const mine = entries
              .filter((entry) => entry.message?.payload.from === from)
              .map((entry) => entry.message?.payload.n)
            expect(mine).toEqual(upTo(count).filter((n) => n % 2 === odd))
          }
        }
      }
    },
  }
}

function next(counts: number[], index: number): number {
  const n = (counts[index] ?? 0) + 1
  counts[index] = n
  return n
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

const DRAFT = { kind: 'feedback', tool: 'codex', model: 'm', run_id: 'r', app_slug: 'a', ts: 1000 }
const MESSAGE = { schema_version: '1.0', id: 'same', kind: 'message', from: 'x', requires_ack: false, ts: 1 }
