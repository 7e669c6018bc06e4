import type { ChangeRecord } from '@rally/core/model/change-record'
import { postRecord } from '@rally/core/usecases/log/post-record'
import type { OpenRoom } from '@rally/local'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  createTestWorld,
  messageOf,
  pause,
  type RelayProcess,
  type TestMachine,
  type TestWorld,
  until,
} from './machines.js'
import { describeWithServer, startServer, type TestServer } from './nats-server.js'
import { createNetwork, describeWithNetwork, type NetworkNamespace, type TestNetwork } from './network.js'

/** Records that each machine writes while it is cut off. */
const APART = 50
/** Seconds that presence lives on the server. */
const PRESENCE_TTL = 3
/** The server forgets what it kept for a silent reader after 30 s. RALLY_CUT_SECS=60 cuts for longer and says how long agreeing took. */
const CUT_MS = Number(process.env.RALLY_CUT_SECS ?? 31) * 1000

interface Member {
  readonly machine: TestMachine
  readonly network: NetworkNamespace
  readonly room: OpenRoom
  readonly relay: RelayProcess
}

describeWithServer('machines in networks of their own', () => {
  describeWithNetwork('whose cables are cut', () => {
    let network: TestNetwork
    let server: TestServer
    let world: TestWorld
    beforeEach(async () => {
      network = createNetwork()
      server = await startServer({ enter: network.hub })
      world = createTestWorld()
    })
    afterEach(async () => {
      await world.cleanup()
      await server.stop()
      network.remove()
    })

    const join = async (name: string): Promise<Member> => {
      const machine = world.machine(name)
      const own = network.attach(name)
      const room = await machine.open(`s-${name}`)
      await room.transport.sessions.put(presence(`s-${name}`))
      await post(room, `${name}/start/0`)
      const url = `nats://${own.hub}:${server.port}`
      const relay = await machine.startRelay(url, { enter: own.enter, presenceTtl: PRESENCE_TTL })
      return { machine, network: own, room, relay }
    }

    it('go on alone, see that the other is gone, and end with the same records and messages', async () => {
      const [one, two] = [await join('one'), await join('two')]
      const both = [one, two]
      let wanted = 2
      const agree = () =>
        until('both have all', async () => {
          const counts = await Promise.all(both.map(async ({ machine }) => (await machine.records()).length))
          return counts.every((count) => count >= wanted)
        })
      const sees = async ({ room }: Member, name: string) =>
        (await room.transport.sessions.get(`s-${name}`))?.machine !== undefined
      const seen = () => until('each sees the other', async () => (await sees(one, 'two')) && (await sees(two, 'one')))
      /** Both write while something keeps them apart; answers when the relay has noticed and everything is written. */
      const apart = async (round: string, lose: () => Promise<void> | void) => {
        const outages = count(two.relay, 'disconnected')
        const before = await Promise.all(both.map(({ machine }) => machine.records()))
        await lose()
        for (let n = 1; n <= APART; n++) {
          for (const { room, machine } of both) await post(room, `${machine.name}/${round}/${n}`)
        }
        for (const { room, machine } of both) await room.transport.inbox.deliver(message(machine.name, round))
        wanted += 2 * APART
        await until('the outage is noticed', () => count(two.relay, 'disconnected') > outages)
        const after = await Promise.all(both.map(({ machine }) => machine.records()))
        expect(after.map((records, index) => records.length - (before[index]?.length ?? 0))).toEqual([APART, APART])
      }
      await agree()
      await seen()

      // Packets vanish, for so long that the server has forgotten everybody's readers.
      const start = Date.now()
      await apart('cut', () => two.network.cut())
      await until('one forgets the session of two', async () => !(await sees(one, 'two')))
      await pause(CUT_MS - (Date.now() - start))
      two.network.mend()
      const mended = performance.now()
      await agree()
      if (process.env.RALLY_CUT_SECS) console.log(`agreed after ${((performance.now() - mended) / 1000).toFixed(1)} s`)
      await seen()

      // The machine's own network is off; the server crashes and comes back meanwhile.
      await apart('off', async () => {
        two.network.turnOff()
        await server.kill()
      })
      await server.start()
      two.network.turnOn()
      await agree()
      await seen()

      // Anything that were to come twice would come now.
      await pause(1_500)
      const rounds = ['cut', 'off']
      for (const { machine, room } of both) {
        const there = await machine.records()
        expect(there).toHaveLength(wanted)
        for (const name of ['one', 'two']) {
          for (const round of rounds) expect(numbersOf(there, `${name}/${round}/`)).toEqual(upTo(APART))
        }
        const entries = await room.transport.inbox.read('codex', 0)
        const got = entries.map((entry) => JSON.stringify(entry.message?.payload)).sort()
        const sent = ['one', 'two'].flatMap((name) => rounds.map((round) => message(name, round).payload))
        expect(got).toEqual(sent.map((payload) => JSON.stringify(payload)).sort())
      }
      for (const { relay } of both) expect(await relay.stop()).toBe(0)
    })
  })
})

async function post(room: OpenRoom, text: string): Promise<void> {
  await postRecord(room, { kind: 'feedback', payload: { message: text } })
}

function count(relay: RelayProcess, name: string): number {
  return relay.events.filter(({ event }) => event === name).length
}

/** In the order in which they stand in the log. */
function numbersOf(records: readonly ChangeRecord[], prefix: string): number[] {
  const mine = records.map(messageOf).filter((text) => text.startsWith(prefix))
  return mine.map((text) => Number(text.slice(prefix.length)))
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

function message(machine: string, round: string) {
  const base = { schema_version: '1.0', id: 'everywhere-the-same', kind: 'message', from: 'cursor', to: 'codex' }
  return { ...base, requires_ack: false, ts: 1, payload: { machine, round } }
}

function presence(session_id: string) {
  const now = Date.now() / 1000
  const base = { session_id, tool: 'codex', model: 'm', run_id: 'r', app_slug: 'app', phase: 'p', task: 't' }
  return { ...base, files_in_flight: [], heartbeat_ts: now, last_seen: now }
}
