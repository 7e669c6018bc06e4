import type { Channel } from '@rally/core/model/channel'
import type { Receipt } from '@rally/core/model/machine-receipts'
import { createMemoryTransports } from '@rally/core/testing/memory-transport'
import { expect, it } from 'vitest'
import { createReceiptRelay, type ReceiptRelay } from './receipt-relay.js'

const receipt = (message: string, session_id: string, told_at: number | null): Receipt => ({
  ...{ message, session_id, name: `${session_id}-name`, tool: 'codex', told_at, told_times: told_at === null ? 0 : 1 },
  ...{ rung_at: null, acked_at: null, answered_at: null, gone_at: null },
})

async function world() {
  const transports = createMemoryTransports({ hex: (n) => '0'.repeat(n), digits: (n) => '0'.repeat(n) })
  const open = (dir: string) => transports.open({ dir } as Channel)
  const hub = await open('/hub')
  const clock = { at: 1_000 }
  const machine = async (name: string) => {
    const own: Receipt[] = []
    let reads = 0
    const home = await open(`/${name}`)
    const start = (): ReceiptRelay =>
      createReceiptRelay({
        ...{ home, hub, identity: { machine: name, epoch: 'e' }, clock: { now: () => clock.at } },
        memory: { read: async () => undefined, write: async () => undefined },
        receipts: {
          mark: async () => JSON.stringify(own.map(({ message, told_at }) => [message, told_at])),
          async read() {
            reads += 1
            return own
          },
        },
        report: () => undefined,
      })
    let relay = start()
    return {
      home,
      own,
      step: () => relay.step(),
      restart: () => {
        relay = start()
      },
      reads: () => reads,
      heard: async () => home.receipts.list(),
    }
  }
  return { hub, clock, one: await machine('one'), two: await machine('two') }
}

it('each machine hears what happened on the other, and never its own report', async () => {
  const { one, two, clock } = await world()
  two.own.push(receipt('m1', 's2', 990), receipt('m2', 's2', null))
  for (const machine of [one, two, one]) await machine.step()
  expect(await one.heard()).toEqual([{ machine: 'two', at: 1_000, receipts: two.own }])
  expect(await two.heard()).toEqual([])
  clock.at = 1_010
  two.own[1] = receipt('m2', 's2', 1_009)
  for (const machine of [two, one]) await machine.step()
  expect((await one.heard())[0]).toMatchObject({ at: 1_010, receipts: [{ told_at: 990 }, { told_at: 1_009 }] })
})

it('reads again only where something changed, and renews its report once a minute', async () => {
  const { one, two, clock } = await world()
  two.own.push(receipt('m1', 's2', 990))
  for (const _ of [1, 2, 3]) await two.step()
  expect(two.reads()).toBe(1)
  clock.at = 1_060
  for (const machine of [two, one]) await machine.step()
  expect(two.reads()).toBe(2)
  expect((await one.heard())[0]?.at).toBe(1_060)
})

it('a relay that is new reports what stands, also that nothing is left', async () => {
  const { one, two } = await world()
  two.own.push(receipt('m1', 's2', 990))
  for (const machine of [two, one]) await machine.step()
  two.own.length = 0
  two.restart()
  for (const machine of [two, one]) await machine.step()
  expect((await one.heard())[0]?.receipts).toEqual([])
})

it('a machine without messages reports nothing; one that is silent for a week is forgotten', async () => {
  const { hub, one, two, clock } = await world()
  await two.step()
  expect(await hub.receipts.list()).toEqual([])
  two.own.push(receipt('m1', 's2', 990))
  for (const machine of [two, one]) await machine.step()
  expect(await one.heard()).toHaveLength(1)
  clock.at += 7 * 24 * 3600 + 1
  await one.step()
  expect(await one.heard()).toEqual([])
})

it('a session that has the id of one of ours is known by its machine, as its presence is', async () => {
  const { one, two } = await world()
  await one.home.sessions.put({ session_id: 'same', tool: 'codex' } as never)
  two.own.push(receipt('m1', 'same', 990), receipt('m1', 'other', 991))
  for (const machine of [two, one]) await machine.step()
  expect((await one.heard())[0]?.receipts.map(({ session_id }) => session_id)).toEqual(['same@two', 'other'])
})

it('what somebody else put on the server is judged before it is stored', async () => {
  const { hub, one } = await world()
  await hub.receipts.put({ machine: 'worse', at: 'x' } as never)
  await one.step()
  expect(await one.heard()).toEqual([])
  await hub.receipts.put({ machine: 'bad', at: 999, receipts: [{ message: 7 }, 'x', receipt('m', 's', 1)] } as never)
  await one.step()
  expect(await one.heard()).toEqual([{ machine: 'bad', at: 999, receipts: [receipt('m', 's', 1)] }])
})
