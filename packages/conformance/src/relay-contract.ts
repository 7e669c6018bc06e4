import assert from 'node:assert/strict'
import { openWorld, type RelayMaker, type RelayPair, type World } from './relay/world.js'
import type { TestRunner } from './test-runner.js'
import { ack, draft, heartbeat, message, NOW, numbers, presence, readAll, TOOL } from './transport/samples.js'

export type { RelayMaker, RelayPair, RelaySteps } from './relay/world.js'

/** The relay's contract over a pair of transports, through the port alone. */
export function relayContract(runner: TestRunner, relay: RelayMaker, pair: RelayPair): void {
  let worlds = 0
  const withWorld = (body: (world: World) => Promise<void>) => async () => {
    const world = await openWorld(relay, pair, `relay-${++worlds}`)
    try {
      await body(world)
    } finally {
      await world.cleanup()
    }
  }

  runner.describe(`relay contract: ${pair.name}`, () => {
    runner.it(
      'every record is everywhere once, in order per machine, also when ids collide',
      withWorld(async (world) => {
        for (const n of numbers(1, 12)) {
          for (const machine of world.machines) {
            const event_id = n % 3 === 0 ? 'blf_000000000000000000000001' : undefined
            const payload = { machine: machine.name, n }
            await machine.home.log.append(draft({ payload, ...(event_id === undefined ? {} : { event_id }) }))
          }
          if (n % 4 === 0) await world.settle()
          if (n === 8) for (const machine of world.machines) await machine.restart()
        }
        await world.settle()
        for (const room of [world.hub, ...world.machines.map(({ home }) => home)]) {
          const { records } = await readAll(room, { limit: 7 })
          assert.equal(records.length, 24)
          for (const { name } of world.machines) {
            const mine = records.filter((record) => record.payload.machine === name).map((record) => record.payload.n)
            assert.deepEqual(mine, numbers(1, 12), `${name} in ${room.kind}`)
          }
        }
      }),
    )

    runner.it(
      'a record keeps what readers see of it',
      withWorld(async (world) => {
        const [one, two] = world.machines
        const run = { build_loop_id: 'bl-1', build_loop_started_at: '2026-01-01T00:00:00Z', build_loop_run_label: 'l' }
        const payload = { subject: 'a subject', nested: { list: [1, null] }, text: 'ä\u2028\u{1f600}' }
        await one.home.log.append(draft({ kind: 'handoff', payload, run, producer: { producer_name: 'rally' } }))
        await world.settle()
        const [original] = await one.home.log.latest(1)
        const [copy] = await two.home.log.latest(1)
        assert.ok(original && copy)
        for (const key of ['ts', 'kind', 'tool', 'model', 'run_id', 'app_slug', 'payload', 'subject', 'event_id']) {
          assert.deepEqual(copy[key], original[key], key)
        }
        assert.equal(copy.producer_name, 'rally')
        assert.equal(copy.build_loop_id, 'bl-1')
        assert.equal(copy.rally_origin?.machine, one.name)
        assert.equal(original.rally_origin, undefined)
      }),
    )

    runner.it(
      'messages are delivered once, and the count of unread ones is the one of home',
      withWorld(async (world) => {
        const [one, two] = world.machines
        await two.home.sessions.put(presence('s-two', { last_seen: world.now, heartbeat_ts: world.now }))
        for (const n of numbers(1, 5)) await one.home.inbox.deliver(message(TOOL, n, { id: 'same' }))
        await two.home.inbox.deliver(message('all', 6))
        await world.settle()
        for (const machine of world.machines) await machine.restart()
        await world.settle()
        for (const { home } of world.machines) {
          assert.deepEqual(
            (await home.inbox.read(TOOL, 0)).map((entry) => entry.message?.payload.n),
            numbers(1, 5),
          )
          assert.equal((await home.inbox.size('all')).count, 1)
        }
        assert.deepEqual((await one.home.sessions.get('s-two'))?.unread, { direct: 5, broadcast: 1, total: 6 })
        await two.home.inbox.setCursor(TOOL, 's-two', ack(TOOL, 's-two', 4))
        await world.settle()
        assert.deepEqual((await one.home.sessions.get('s-two'))?.unread, { direct: 1, broadcast: 1, total: 2 })
      }),
    )

    runner.it(
      'presence and heartbeats come with their machine and go with their session',
      withWorld(async (world) => {
        const [one, two] = world.machines
        const seen = { last_seen: world.now, heartbeat_ts: world.now }
        await one.home.sessions.put(presence('agent:coder-1a2b', { ...seen, host_pid: 7, files_in_flight: ['a.ts'] }))
        await one.home.heartbeats.append(heartbeat(NOW, { session_id: 'agent:coder-1a2b' }))
        await world.settle()
        const there = await two.home.sessions.get('agent:coder-1a2b')
        assert.equal(there?.machine, one.name)
        assert.equal(there?.host_pid, undefined)
        assert.deepEqual(there?.files_in_flight, ['a.ts'])
        const lines = await two.home.heartbeats.latest(TOOL, 'agent:coder-1a2b')
        assert.deepEqual(
          lines.map((line) => [line.ts, line.session_id]),
          [[NOW, 'agent:coder-1a2b']],
        )
        await one.home.sessions.remove('agent:coder-1a2b')
        await world.settle()
        world.now += 10
        await world.settle()
        assert.equal(await two.home.sessions.get('agent:coder-1a2b'), undefined)
      }),
    )

    runner.it(
      'an acknowledgement names the same escalation on every machine',
      withWorld(async (world) => {
        const [one, two] = world.machines
        for (const n of numbers(1, 3)) await two.home.log.append(draft({ payload: { n } }))
        const escalation = await one.home.log.append(draft({ kind: 'escalation', payload: { subject: 'help' } }))
        await world.settle()
        const copy = (await readAll(two.home)).records.find((record) => record.kind === 'escalation')
        await two.home.log.append(
          draft({ kind: 'escalation', payload: { acknowledges: copy?.revision, subject: 'done' } }),
        )
        for (const machine of world.machines) await machine.restart()
        await world.settle()
        assert.equal((await one.home.log.latest(1)).at(0)?.payload.acknowledges, escalation.revision)
      }),
    )

    runner.it(
      'leases are decided in the hub and copied from it',
      withWorld(async (world) => {
        const [one, two] = world.machines
        await one.home.leases.compareAndSet('lead', null, { lead: { session_id: 'a' }, schema_version: '1.0' })
        await world.settle()
        const decided = await world.hub.leases.read('lead')
        assert.deepEqual((await two.home.leases.read('lead'))?.value, {
          lead: { session_id: 'a' },
          schema_version: '1.0',
        })
        assert.ok(decided)
        await world.hub.leases.compareAndSet('lead', decided.version, {
          lead: { session_id: 'b' },
          schema_version: '1.0',
        })
        await world.settle()
        for (const { home } of world.machines) {
          assert.deepEqual((await home.leases.read('lead'))?.value, {
            lead: { session_id: 'b' },
            schema_version: '1.0',
          })
        }
      }),
    )

    runner.it(
      'nothing is lost or doubled when a side fails before or after it took effect',
      withWorld(async (world) => {
        let seed = 7
        world.fate = () => {
          seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
          return seed % 11 === 0 ? 'before' : seed % 11 === 1 ? 'after' : 'never'
        }
        for (const machine of world.machines) await machine.restart()
        for (const n of numbers(1, 20)) {
          for (const { home, name } of world.machines) {
            await home.log.append(draft({ payload: { machine: name, n } }))
            if (n % 2 === 0) await home.inbox.deliver(message(TOOL, n, { from: name }))
          }
          await world.settle(1)
          if (n % 7 === 0) for (const machine of world.machines) await machine.restart()
        }
        world.fate = () => 'never'
        await world.settle()
        for (const room of [world.hub, ...world.machines.map(({ home }) => home)]) {
          const { records } = await readAll(room)
          const entries = await room.inbox.read(TOOL, 0)
          for (const { name } of world.machines) {
            const mine = records.filter((record) => record.payload.machine === name).map((record) => record.payload.n)
            assert.deepEqual(mine, numbers(1, 20), `records of ${name} in ${room.kind}`)
            const sent = entries
              .filter((entry) => entry.message?.from === name)
              .map((entry) => entry.message?.payload.n)
            assert.deepEqual(
              sent,
              numbers(1, 20).filter((n) => n % 2 === 0),
              `messages of ${name} in ${room.kind}`,
            )
          }
        }
      }),
    )
  })
}
