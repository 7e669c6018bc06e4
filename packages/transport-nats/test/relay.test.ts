import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { sessionNames } from '@rally/core/rules/roster/shown-names'
import { address } from '@rally/core/usecases/inbox/address'
import { postRecord } from '@rally/core/usecases/log/post-record'
import { announcePresence } from '@rally/core/usecases/presence/announce-presence'
import type { OpenRoom } from '@rally/local'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTestWorld, messageOf, pause, type TestMachine, type TestWorld, until, writeJson } from './machines.js'
import { describeWithServer, startServer, type TestServer } from './nats-server.js'

describeWithServer('two machines and a server', () => {
  let server: TestServer
  let world: TestWorld
  beforeEach(async () => {
    server = await startServer()
    world = createTestWorld()
  })
  afterEach(async () => {
    await world.cleanup()
    await server.stop()
  })

  it('end with the same records and messages, whatever is killed meanwhile', async () => {
    const perWriter = 250
    const machines = [world.machine('one'), world.machine('two')]
    const rooms = new Map<TestMachine, OpenRoom[]>()
    for (const machine of machines) {
      rooms.set(machine, await Promise.all([0, 1, 2, 3].map((n) => machine.open(`writer-${n}`))))
      await rooms.get(machine)?.[0]?.transport.sessions.put(presence(`s-${machine.name}`))
    }
    const relays = await Promise.all(
      machines.map(async (machine) => {
        await post(rooms.get(machine)?.[0], `${machine.name}/first/0`)
        const relay = await machine.startRelay(server.url)
        await relay.event('ready')
        return relay
      }),
    )
    const expected: string[] = machines.map(({ name }) => `${name}/first/0`)
    /** How many messages the session of a machine has acknowledged, which it does at home. */
    const acknowledged = new Map<string, number>()
    const acknowledge = async ({ name }: TestMachine, { transport }: OpenRoom) => {
      const { count } = await transport.inbox.size('codex')
      await transport.inbox.setCursor('codex', `s-${name}`, ack(`s-${name}`, count))
      acknowledged.set(name, count)
    }
    const writing = machines.flatMap((machine) =>
      (rooms.get(machine) ?? []).map(async (room, writer) => {
        for (let n = 1; n <= perWriter; n++) {
          if (writer === 3 && n % 2 === 0) {
            machine.appendForeign(n)
            expected.push(`${machine.name}/foreign/${n}`)
          } else {
            await post(room, `${machine.name}/${writer}/${n}`)
            expected.push(`${machine.name}/${writer}/${n}`)
          }
          if (n % 10 === 0) await room.transport.inbox.deliver(message(machine.name, writer, n))
          if (writer === 0 && n % 40 === 0) await acknowledge(machine, room)
          await pause(12)
        }
      }),
    )
    const outages = () => relays[1]?.events.filter(({ event }) => event === 'disconnected').length ?? 0
    const returns = () => relays[1]?.events.filter(({ event }) => event === 'connected').length ?? 0
    const disturbing = (async () => {
      for (const round of [0, 1, 2]) {
        await pause(300)
        await server.kill()
        if (round < 2 && machines[0] !== undefined) {
          await relays[0]?.kill()
          relays[0] = await machines[0].startRelay(server.url)
        }
        await until('the outage is noticed', () => outages() > round)
        await pause(100)
        await server.start()
        await until('the relay is back', () => returns() > round)
      }
    })()
    await Promise.all([...writing, disturbing])
    expect(expected).toHaveLength(2 * 4 * perWriter + 2)
    for (const machine of machines) {
      await until(`${machine.name} has all`, async () => (await machine.records()).length >= expected.length)
    }
    // Anything that were to come twice would come now.
    await pause(1_500)
    for (const machine of machines) {
      const there = (await machine.records()).map(messageOf)
      expect([...there].sort()).toEqual([...expected].sort())
      for (const other of machines) {
        for (const writer of ['0', '1', '2', '3', 'foreign']) {
          const mine = there
            .filter((text) => text.startsWith(`${other.name}/${writer}/`))
            .map((text) => Number(text.split('/')[2]))
          expect(mine, `${other.name}/${writer} on ${machine.name}`).toEqual([...mine].sort((a, b) => a - b))
        }
      }
      const room = rooms.get(machine)?.[0]
      const entries = (await room?.transport.inbox.read('codex', 0)) ?? []
      const got = entries.map((entry) => JSON.stringify(entry.message?.payload)).sort()
      const sent = machines.flatMap(({ name }) =>
        [0, 1, 2, 3].flatMap((writer) =>
          Array.from({ length: perWriter / 10 }, (_, k) => JSON.stringify(message(name, writer, (k + 1) * 10).payload)),
        ),
      )
      expect(got).toEqual(sent.sort())
    }
    const sent = 2 * 4 * (perWriter / 10)
    for (const [index, machine] of machines.entries()) {
      const other = machines[1 - index]?.name ?? ''
      const done = acknowledged.get(other) ?? 0
      expect(done).toBeGreaterThan(0)
      const shown = async () =>
        (await rooms.get(machine)?.[0]?.transport.sessions.get(`s-${other}`))?.unread?.direct === sent - done
      await until(`${machine.name} shows that s-${other} has ${sent - done} unread`, shown)
    }
    expect(outages()).toBeGreaterThanOrEqual(3)
    for (const relay of relays) expect(await relay.stop()).toBe(0)
  })

  it('publish unread counts as the home machine counts them, also after an acknowledgement', async () => {
    const [one, two] = [world.machine('one'), world.machine('two')]
    const [a, b] = [await one.open('s-one'), await two.open('s-two')]
    await a.transport.sessions.put(presence('s-one'))
    await b.transport.sessions.put(presence('s-two'))
    const relays = [await one.startRelay(server.url), await two.startRelay(server.url)]
    for (const n of [1, 2, 3]) await a.transport.inbox.deliver(message('one', 0, n))
    const unread = async (room: OpenRoom, session: string) =>
      (await room.transport.sessions.get(session))?.unread?.direct
    await until('two has 3 unread', async () => (await unread(a, 's-two')) === 3)
    await b.transport.inbox.setCursor('codex', 's-two', ack('s-two', 2))
    await until('two has 1 unread', async () => (await unread(a, 's-two')) === 1)
    expect(await a.transport.inbox.cursor('codex', 's-two')).toBeUndefined()
    for (const relay of relays) expect(await relay.stop()).toBe(0)
    // A machine that left takes its sessions with it.
    expect((await a.transport.sessions.list()).map((one) => one.session_id)).toEqual(['s-one'])
  })

  it('call sessions of one name apart: a room says own ones as they are, others with their machine', async () => {
    const [one, two, three] = ['one', 'two', 'three'].map((name) => world.machine(name))
    if (one === undefined || two === undefined || three === undefined) throw new Error('three machines')
    const ids = [
      [one, 'desk-00000001'],
      [two, 'laptop-00000002'],
      [three, 'laptop-00000003'],
    ] as const
    const rooms = await Promise.all(
      ids.map(async ([machine, id]) => {
        writeJson(path.join(machine.appsRoot, '.relay/machine.json'), { schema: 'rally.machine/1', id })
        const room = await machine.open(`s-${machine.name}`)
        await announcePresence(room)
        return room
      }),
    )
    const [a, b] = rooms
    if (a === undefined || b === undefined) throw new Error('rooms')
    const names = async (room: OpenRoom) => Object.fromEntries(sessionNames(await room.transport.sessions.list()))
    expect(await names(a)).toEqual({ 's-one': 'codex-1' })
    const relays = [await one.startRelay(server.url), await two.startRelay(server.url)]
    await until('one sees s-two', async () => (await a.transport.sessions.get('s-two')) !== undefined)
    await until('two sees s-one', async () => (await b.transport.sessions.get('s-one')) !== undefined)
    expect(await names(a)).toEqual({ 's-one': 'codex-1', 's-two': 'codex-1@laptop' })
    expect(await names(b)).toEqual({ 's-one': 'codex-1@desk', 's-two': 'codex-1' })
    expect((await address(a, 'codex-1@laptop')).toSessionId).toBe('s-two')
    expect((await address(a, 'codex-1')).toSessionId).toBe('s-one')
    relays.push(await three.startRelay(server.url))
    await until('one sees s-three', async () => (await a.transport.sessions.get('s-three')) !== undefined)
    expect(await names(a)).toEqual({
      's-one': 'codex-1',
      's-two': 'codex-1@laptop-00000002',
      's-three': 'codex-1@laptop-00000003',
    })
    for (const relay of relays) expect(await relay.stop()).toBe(0)
  })

  it('forget the presence of a machine that vanished', async () => {
    const [one, two] = [world.machine('one'), world.machine('two')]
    const a = await one.open('s-one')
    const b = await two.open('s-two')
    await a.transport.sessions.put(presence('s-one'))
    await b.transport.sessions.put(presence('s-two'))
    const [first] = [
      await one.startRelay(server.url, { presenceTtl: 3 }),
      await two.startRelay(server.url, { presenceTtl: 3 }),
    ]
    await until('two sees s-one', async () => (await b.transport.sessions.get('s-one'))?.machine !== undefined)
    await first.kill()
    await until('two forgets s-one', async () => (await b.transport.sessions.get('s-one')) === undefined)
    expect(await a.transport.sessions.get('s-one')).toBeDefined()
    expect(await b.transport.sessions.get('s-two')).toBeDefined()
  })

  it('are refused when two rooms of a machine want one name, and nothing is mixed', async () => {
    const one = world.machine('one')
    const room = await one.open('s')
    await post(room, 'from app')
    const other = { ...world.machine('one', { repoName: 'clone' }) }
    await post(await other.open('s'), 'from clone')
    const relay = await one.startRelay(server.url)
    await until('both are refused', () => relay.events.filter(({ event }) => event === 'channel-refused').length === 2)
    for (const event of relay.events.filter((one) => one.event === 'channel-refused'))
      expect(event.code).toBe('RELAY_KEY_TAKEN')
    writeJson(path.join(other.repo, '.rally.json'), { relay: { channel: 'clone' } })
    await other.accept('clone')
    await until('both are relayed', () => relay.events.filter(({ event }) => event === 'channel').length === 2)
    await relay.stop()
    expect((await one.records()).map(messageOf)).toEqual(['from app'])
  })

  it('are told which command names a room without an origin', async () => {
    const one = world.machine('one', { origin: '/srv/git/app.git' })
    await post(await one.open('s'), 'x')
    const relay = await one.startRelay(server.url)
    const refusal = await relay.event('channel-refused')
    expect(refusal).toMatchObject({ code: 'RELAY_KEY_UNKNOWN', app: 'app' })
    expect(String(refusal.hint)).toContain('rally relay --channel app')
  })

  it('have one relay each', async () => {
    const one = world.machine('one')
    await post(await one.open('s'), 'x')
    const first = await one.startRelay(server.url)
    await first.event('ready')
    const second = await one.startRelay(server.url)
    expect(await second.event('error')).toMatchObject({ code: 'RELAY_RUNNING' })
    expect(await second.ended()).toBe(6)
    await first.kill()
    const third = await one.startRelay(server.url)
    await third.event('ready')
    expect(await third.stop()).toBe(0)
  })

  it('agree once and end, for machines that come and go', async () => {
    const [one, two] = [world.machine('one'), world.machine('two')]
    await post(await one.open('s'), 'from one')
    await post(await two.open('s'), 'from two')
    expect(await (await one.startRelay(server.url, { once: true })).ended()).toBe(0)
    expect(await (await two.startRelay(server.url, { once: true })).ended()).toBe(0)
    expect(await (await one.startRelay(server.url, { once: true })).ended()).toBe(0)
    expect((await one.records()).map(messageOf)).toEqual(['from one', 'from two'])
    // More than one page in each direction.
    for (let n = 0; n < 1_200; n++) one.appendForeign(n)
    expect(await (await one.startRelay(server.url, { once: true })).ended()).toBe(0)
    expect(await (await two.startRelay(server.url, { once: true })).ended()).toBe(0)
    expect(await two.records()).toHaveLength(1_202)
    expect((await two.records()).map(messageOf).slice(0, 2)).toEqual(['from two', 'from one'])
    const { key } = JSON.parse(readFileSync(path.join(one.channelDir, 'relay.json'), 'utf8'))
    expect(key).toBe(`app-${createHash('sha256').update('git.example.org/team/app').digest('hex').slice(0, 20)}`)
  })

  it('wait while the server is full, say so, and go on when it is not', async () => {
    const [one, two] = [world.machine('one'), world.machine('two')]
    const a = await one.open('s')
    for (let n = 0; n < 60; n++) await post(a, `record ${n} ${'x'.repeat(200)}`)
    await post(await two.open('s'), 'from two')
    const relay = await one.startRelay(server.url, { maxBytes: 20_000 })
    await until('it says so', () =>
      relay.events.some(({ event, code }) => event === 'waiting' && code === 'SERVER_FULL'),
    )
    // Another machine with another limit in its configuration makes room, and gets everything.
    await two.startRelay(server.url, { maxBytes: 10_000_000 })
    await until('two has all', async () => (await two.records()).length === 61)
    await until('one has all', async () => (await one.records()).length === 61)
    await relay.event('resumed')
    const order = (await two.records()).map(messageOf).filter((text) => text.startsWith('record'))
    expect(order.map((text) => Number(text.split(' ')[1]))).toEqual(Array.from({ length: 60 }, (_, n) => n))
  })

  it('wait while the disk is full, say so, and go on when it is not', async (context) => {
    const disk = mkdtempSync(path.join(tmpdir(), 'rally-small-disk-'))
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', disk])
    if (mounted.status !== 0) {
      console.warn('SKIPPED: a full disk: this user may not mount a small one')
      return context.skip()
    }
    try {
      const one = world.machine('one')
      const two = world.machine('two', { appsRoot: path.join(disk, 'apps') })
      const a = await one.open('s')
      for (let n = 0; n < 100; n++) await post(a, `record ${n}`)
      await post(await two.open('s'), 'from two')
      const relay = await two.startRelay(server.url)
      await relay.event('ready')
      const filler = path.join(disk, 'filler')
      spawnSync('sh', ['-c', `cat /dev/zero > ${filler}`])
      await one.startRelay(server.url)
      await until('it says so', () =>
        relay.events.some(({ event, code }) => event === 'waiting' && code === 'NOT_STORED'),
      )
      rmSync(filler)
      await until('two has all', async () => (await two.records()).length === 101)
      const order = (await two.records()).map(messageOf).filter((text) => text.startsWith('record'))
      expect(order).toEqual(Array.from({ length: 100 }, (_, n) => `record ${n}`))
      await relay.event('resumed')
      await relay.stop()
    } finally {
      spawnSync('umount', ['-l', disk])
      rmSync(disk, { recursive: true, force: true })
    }
  })

  it('fill the server again when somebody removed the channel there', async () => {
    const [one, two] = [world.machine('one'), world.machine('two')]
    const a = await one.open('s')
    for (const n of [1, 2, 3]) await post(a, `before ${n}`)
    const b = await two.open('s')
    await post(b, 'from two')
    await a.transport.inbox.deliver(message('one', 0, 1))
    const relays = [await one.startRelay(server.url), await two.startRelay(server.url)]
    await until('both have all', async () => (await one.records()).length === 4 && (await two.records()).length === 4)
    const admin = await connect({ servers: server.url })
    const jsm = await jetstreamManager(admin)
    for await (const stream of jsm.streams.names()) if (stream.startsWith('rally_CH_')) await jsm.streams.delete(stream)
    await admin.close()
    await post(a, 'after')
    const three = world.machine('three')
    await (await three.open('s')).transport.sessions.setCursor('s', { revision: 0, changes_offset: 0 })
    relays.push(await three.startRelay(server.url))
    await until('three has all', async () => (await three.records()).length === 5)
    expect((await three.records()).map(messageOf).sort()).toEqual([
      'after',
      'before 1',
      'before 2',
      'before 3',
      'from two',
    ])
    await until('two has the new one', async () => (await two.records()).length === 5)
    await pause(1_000)
    expect(await two.records()).toHaveLength(5)
    expect(await one.records()).toHaveLength(5)
    expect((await b.transport.inbox.size('codex')).count).toBe(1)
  })

  it('lose nothing when another program rotates the log', async () => {
    const [one, two] = [world.machine('one'), world.machine('two')]
    const a = await one.open('s')
    await post(await two.open('s'), 'from two')
    const log = path.join(one.channelDir, 'changes.jsonl')
    let relay: Awaited<ReturnType<TestMachine['startRelay']>> | undefined
    const expected: string[] = []
    for (const round of [1, 2, 3, 4]) {
      for (let n = 0; n < 40; n++) {
        expected.push(`round ${round}, ${n}`)
        await post(a, `round ${round}, ${n}`)
        // In the middle of a round the relay reads along; before the third one it is away.
        if (n === 20 && round < 4) renameSync(log, `${log}.2026-11-0${round}`)
      }
      if (round === 1) {
        relay = await one.startRelay(server.url)
        await relay.event('ready')
        await two.startRelay(server.url)
      }
      if (round === 2) await relay?.kill()
      if (round === 3) await one.startRelay(server.url)
    }
    await until('two has all', async () => (await two.records()).length >= expected.length + 1)
    await pause(1_000)
    expect((await two.records()).map(messageOf).filter((text) => text.startsWith('round'))).toEqual(expected)
    expect((await one.records()).map(messageOf).filter((text) => text === 'from two')).toHaveLength(1)
  })

  it('go on after the server was silent: no answer, no connection closed', async () => {
    const [one, two] = [world.machine('one'), world.machine('two')]
    const a = await one.open('s')
    await post(a, 'before')
    await post(await two.open('s'), 'x')
    const relays = [await one.startRelay(server.url), await two.startRelay(server.url)]
    await until('before is there', async () => (await two.records()).map(messageOf).includes('before'))
    server.pause()
    for (const n of [1, 2, 3]) await post(a, `during ${n}`)
    await relays[0]?.event('disconnected')
    server.resume()
    await until('all is there', async () => (await two.records()).length === 5)
    expect((await two.records()).map(messageOf).slice(2)).toEqual(['during 1', 'during 2', 'during 3'])
  })
})

async function post(room: OpenRoom | undefined, text: string): Promise<void> {
  if (room === undefined) throw new Error('no room')
  await postRecord(room, { kind: 'feedback', payload: { message: text } })
}

function message(machine: string, writer: number, n: number) {
  const base = { schema_version: '1.0', id: `${machine}-same`, kind: 'message', from: 'cursor', to: 'codex' }
  return { ...base, requires_ack: false, ts: 1, payload: { machine, writer, n } }
}

function presence(session_id: string) {
  const now = Date.now() / 1000
  const base = { session_id, tool: 'codex', model: 'm', run_id: 'r', app_slug: 'app', phase: 'p', task: 't' }
  return { ...base, files_in_flight: [], heartbeat_ts: now, last_seen: now }
}

function ack(session_id: string, lines: number) {
  const kind = 'rally-inbox-ack-cursor' as const
  const direct = { line_count: lines, last_message_ts: null }
  return { schema_version: '1.0', kind, tool: 'codex', session_id, acked_at: 1, direct }
}
