import type { Channel } from '../../packages/core/dist/model/channel.js'
import type { Transport } from '../../packages/core/dist/ports/transport.js'
import { createMemoryTransports } from '../../packages/core/dist/testing/memory-transport.js'
import type { SessionContext } from '../../packages/core/dist/usecases/context.js'
import { readOwnReceipts } from '../../packages/core/dist/usecases/inbox/own-receipts.js'
import type { Scratch } from '../../packages/hook/test/scratch.js'
import { receiptsMark } from '../../packages/local/dist/channel-files/receipts-mark.js'
import { type ChannelRelay, createChannelRelay, RELAY_TASKS } from '../../packages/relay/dist/channel-relay.js'
import type { Chance } from './seeded.js'

/** A machine of the schedule: its files, and its room as one session sees it, on the scratch's clock. */
export interface Machine {
  readonly scratch: Scratch
  readonly room: SessionContext
  /** Does some of the relay's work; its calls may fail, before or after they took effect, and it may begin anew. */
  relayABit(chance: Chance): Promise<void>
  /** Does all that there is to do, without failures. */
  relayAll(): Promise<void>
}

class Lost extends Error {}

/** Joins the rooms of one or more machines; without a second one there is nothing to relay. */
export async function joinMachines(
  machines: readonly { readonly scratch: Scratch; readonly open: () => Promise<SessionContext> }[],
): Promise<Machine[]> {
  let made = 0
  const ids = { hex: (n: number) => (made++).toString(16).padStart(n, '0'), digits: (n: number) => '0'.repeat(n) }
  const hub: Transport = await createMemoryTransports(ids).open({ dir: '/hub' } as Channel)
  return Promise.all(
    machines.map(async ({ scratch, open }, index) => {
      const room = await open()
      let failing: Chance | undefined
      const create = (): ChannelRelay =>
        createChannelRelay(
          {
            home: failingAtTimes(room.transport, () => failing),
            hub: failingAtTimes(hub, () => failing),
            identity: { machine: `m${index}`, epoch: 'e' },
            clock: room.clock,
            memory: { read: async () => undefined, write: async () => undefined },
            receipts: { mark: async () => receiptsMark(room.channel.dir), read: () => readOwnReceipts(room) },
            report: () => undefined,
          },
          { renewSecs: 20, adoptLeases: false },
        )
      let relay = create()
      return {
        scratch,
        room,
        async relayABit(chance: Chance) {
          if (machines.length < 2) return
          if (chance.oneIn(4)) relay = create()
          failing = chance.oneIn(3) ? chance : undefined
          for (let count = chance.below(RELAY_TASKS.length); count > 0; count--) {
            try {
              await relay.step(chance.pick(RELAY_TASKS))
            } catch (error) {
              if (!(error instanceof Lost)) throw error
            }
          }
          failing = undefined
        },
        async relayAll() {
          if (machines.length < 2) return
          failing = undefined
          for (const task of RELAY_TASKS) while (await relay.step(task));
        },
      }
    }),
  )
}

function failingAtTimes(transport: Transport, chance: () => Chance | undefined): Transport {
  const wrap = <Store extends object>(store: Store): Store =>
    Object.fromEntries(
      Object.entries(store).map(([name, operation]) => [
        name,
        async (...args: unknown[]) => {
          const [before, after] = [chance()?.oneIn(12), chance()?.oneIn(12)]
          if (before) throw new Lost()
          const answer = await operation(...args)
          if (after) throw new Lost()
          return answer
        },
      ]),
    ) as Store
  const { log, sessions, inbox, receipts } = transport
  return { ...transport, log: wrap(log), sessions: wrap(sessions), inbox: wrap(inbox), receipts: wrap(receipts) }
}
