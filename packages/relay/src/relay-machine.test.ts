import { RallyError } from '@rally/core/errors'
import type { Channel } from '@rally/core/model/channel'
import type { RelayRoom, RelayStatus } from '@rally/core/model/relay-room'
import type { Transport } from '@rally/core/ports/transport'
import { createMemoryTransports, type MemoryTransports } from '@rally/core/testing/memory-transport'
import { describe, expect, it, vi } from 'vitest'
import { relayError } from './errors.js'
import type { RelayFiles, RelayMemory } from './ports/relay-files.js'
import type { RelayEvent } from './relay-context.js'
import { type RelayMachineInput, relayMachine } from './relay-machine.js'
import type { RelayMachineContext } from './relay-machine-context.js'

/** How much faster than the world a test's clock goes. */
const FASTER = 100
const ORIGIN = 'git@example.com:team/shop.git'

let count = 0
const ids = {
  hex: (length: number) => (++count).toString(16).padStart(length, '0'),
  digits: (length: number) => String(++count).padStart(length, '0'),
}

/** A server whose rooms are in memory. */
function createServer() {
  const rooms = createMemoryTransports(ids)
  return { keys: [] as string[], room: (key: string) => rooms.open(channelOf(`/hub/${key}`)) }
}

/** Every call of a store, and of the transport, fails while `isUp` says no. */
function cable(hub: Promise<Transport>, isUp: () => boolean): Transport {
  const guard = (target: () => Promise<object>): never =>
    new Proxy({} as never, {
      get: (_, name: string) =>
        name === 'then' || name === 'channel' || name === 'supports'
          ? undefined
          : ['log', 'sessions', 'heartbeats', 'inbox', 'leases', 'receipts'].includes(name)
            ? guard(async () => ((await target()) as Record<string, object>)[name] ?? {})
            : async (...args: unknown[]) => {
                if (!isUp()) throw new RallyError('SERVER_UNREACHABLE', { server: 'test' })
                const place = (await target()) as Record<string, (...args: unknown[]) => unknown>
                return place[name]?.(...args)
              },
    })
  return guard(() => hub)
}

function channelOf(dir: string): Channel {
  const base = { app: dir.split('/').at(-1) ?? '', dir, appsRoot: '/', repoRoot: null, worktree: null }
  return {
    ...base,
    resolvedVia: 'test',
    resolvedViaDetail: '',
    channelLayout: 'legacy',
    policy: 'legacy-only',
    protocolVersion: '1.0',
    legacyChannelDir: null,
  }
}

/** One machine: its channels, the files of its relay, and what it said. */
function createMachine(name: string, server: ReturnType<typeof createServer>) {
  const homes: MemoryTransports = createMemoryTransports(ids)
  const channels = new Map<string, Channel>()
  const rooms = new Map<string, RelayRoom>()
  const memories = new Map<string, RelayMemory>()
  const names = new Map<string, { configured?: string; proposed?: string; originUrl?: string }>()
  const events: RelayEvent[] = []
  const statuses: RelayStatus[] = []
  const listeners = new Set<(up: boolean) => void>()
  const machine = {
    ...{ homes, channels, rooms, memories, names, events, statuses, up: true, locked: false, full: false },
    discoveryFails: false,
    scans: 0,
    /** Until it has looked for channels twice more: once more from the start. */
    agree: (app: string, key: string) => files.accept(channelOf(`/${name}/${app}`), key),
    async scanned() {
      const before = machine.scans
      await soon(() => expect(machine.scans).toBeGreaterThan(before + 1))
    },
    add(app: string, naming: { configured?: string; proposed?: string; originUrl?: string } = { originUrl: ORIGIN }) {
      channels.set(app, channelOf(`/${name}/${app}`))
      names.set(app, naming)
    },
    async post(app: string, text: string) {
      const home = await homes.open(channelOf(`/${name}/${app}`))
      const draft = {
        kind: 'feedback',
        tool: 'codex',
        model: 'm',
        run_id: 'r',
        app_slug: app,
        payload: { message: text },
      }
      await home.log.append({ ...draft, ts: context.clock.now() })
    },
    async texts(app: string) {
      const home = await homes.open(channelOf(`/${name}/${app}`))
      return (await home.log.latest(99)).map((record) => record.payload.message)
    },
    pull(up: boolean) {
      machine.up = up
      for (const listener of listeners) listener(up)
    },
    seen: (event: string) => events.filter((one) => one.event === event),
    /** Runs the relay until `until` holds, or for `once`. */
    async run(input: Omit<RelayMachineInput, 'signal'> = {}, until?: () => Promise<void>) {
      const ending = new AbortController()
      const running = relayMachine(context, { ...input, signal: ending.signal })
      if (until !== undefined) {
        try {
          await until()
        } finally {
          ending.abort()
        }
      }
      return running
    },
  }
  const files: RelayFiles = {
    machine: async () => name,
    lock: async () => {
      if (machine.locked) throw relayError('RELAY_RUNNING', { pid: 7 })
      machine.locked = true
      return () => {
        machine.locked = false
      }
    },
    isRunning: async () => machine.locked,
    readRoom: async ({ app }) => rooms.get(app),
    writeRoom: async ({ app }, room) => {
      if (machine.full) throw new Error('disk full')
      rooms.set(app, room)
    },
    readMemory: async ({ app }) => memories.get(app),
    writeMemory: async ({ app }, memory) => {
      memories.set(app, memory)
    },
    readStatus: async () => statuses.at(-1),
    writeStatus: async (status) => {
      statuses.push(status)
    },
    naming: async ({ app }) => {
      const naming = names.get(app)
      if (naming === undefined) throw new Error('configuration damaged')
      return naming
    },
    accept: async ({ app }, key) => {
      names.set(app, { configured: key })
    },
  }
  const began = performance.now()
  const context: RelayMachineContext = {
    discovery: {
      resolve: async () => channelOf('/'),
      list: async () => {
        machine.scans += 1
        if (machine.discoveryFails) throw new Error('apps root gone')
        return [...channels.values()]
      },
    },
    transports: homes,
    files,
    connection: {
      server: 'hub.example:4222',
      get up() {
        return machine.up
      },
      onChange: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      open: ({ key }) => {
        server.keys.push(key)
        return cable(server.room(key), () => machine.up)
      },
      check: async () => [],
      close: async () => undefined,
    },
    clock: { now: () => 1_000 + ((performance.now() - began) * FASTER) / 1000 },
    ids,
    sha256: (text) => text.length.toString(16).padStart(64, '0'),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', end)
          resolve()
        }
        const timer = setTimeout(end, signal.aborted ? 0 : ms / FASTER)
        signal.addEventListener('abort', end)
      }),
    pid: 42,
    prefix: 'rally',
    presenceTtl: 60,
    report: (event) => events.push(event),
  }
  return Object.assign(machine, { listeners })
}

const soon = (check: () => unknown) => vi.waitFor(async () => void (await check()), { timeout: 300_000, interval: 5 })

describe('the relay of a machine', () => {
  it('brings what was written on one machine to the other, and says how it stands', async () => {
    const server = createServer()
    const [a, b] = [createMachine('a', server), createMachine('b', server)]
    a.add('shop')
    b.add('shop-clone')
    await a.post('shop', 'one')
    await a.post('shop', 'two')
    const status = await a.run({ once: true })
    expect(status).toMatchObject({
      ...{ schema: 'rally.relay-status/1', pid: 42, machine: 'a', server: 'hub.example:4222', prefix: 'rally' },
      connected: true,
      channels: [{ app: 'shop', state: 'current', waiting_out: 0, waiting_messages: 0, exported: 2, error: null }],
    })
    expect(status.channels[0]?.current_at).toBeGreaterThanOrEqual(status.started_at)
    expect(a.statuses.at(-1)).toMatchObject({ connected: false, channels: status.channels })
    expect(await b.run({ once: true })).toMatchObject({ channels: [{ app: 'shop-clone', exported: 0, imported: 2 }] })
    expect(await b.texts('shop-clone')).toEqual(['one', 'two'])
    expect(new Set(server.keys).size).toBe(1)
    expect(a.events.map(({ event }) => event)).toEqual(['channel', 'ready', 'stopped'])
    expect(a.events[0]).toMatchObject({ app: 'shop', key: server.keys[0], source: 'origin' })
    expect(a.events[1]).toMatchObject({ machine: 'a', channels: 1, pid: 42 })
    expect([a.locked, a.listeners.size]).toEqual([false, 0])
  })

  it('with once leaves the last known presence behind, with its age, until a relay that stays knows better', async () => {
    const server = createServer()
    const [a, b] = [createMachine('a', server), createMachine('b', server)]
    for (const machine of [a, b]) machine.add('shop')
    const home = (machine: typeof a, name: string) => machine.homes.open(channelOf(`/${name}/shop`))
    const seen = Date.now() / 1000 - 60
    const base = { tool: 'codex', model: 'm', run_id: 'r', app_slug: 'shop', phase: 'p', files_in_flight: [] }
    await (await home(a, 'a')).sessions.put({ ...base, session_id: 's-a', heartbeat_ts: seen, last_seen: seen })
    await a.run({ once: true })
    await b.run({ once: true })
    const known = async () =>
      (await (await home(b, 'b')).sessions.list()).map(({ session_id, machine, last_seen }) => [
        session_id,
        machine,
        last_seen,
      ])
    expect(await known()).toEqual([['s-a', 'a', seen]])
    // The server forgets by itself whom nobody renews.
    const hub = await server.room(server.keys[0] ?? '')
    for (const { session_id } of await hub.sessions.list()) await hub.sessions.remove(session_id)
    await b.run({ once: true })
    expect(await known()).toEqual([['s-a', 'a', seen]])
    await b.run({}, () => soon(async () => expect(await known()).toEqual([])))
  })

  it('leaves behind in each channel how it is replicated, and goes on with that', async () => {
    const server = createServer()
    const a = createMachine('a', server)
    a.add('shop', { configured: 'our-shop', originUrl: ORIGIN })
    await a.run({ once: true })
    const first = a.rooms.get('shop')
    expect(first).toMatchObject({
      ...{ schema: 'rally.relay/1', key: 'our-shop', key_source: 'configuration', machine: 'a' },
      ...{ server: 'hub.example:4222', prefix: 'rally', epoch: expect.stringMatching(/^[0-9a-f]{12}$/) },
    })
    await a.run({ once: true })
    expect(a.rooms.get('shop')).toEqual(first)
    await a.post('shop', 'late')
    await a.run({ once: true })
    expect((await (await server.room('our-shop')).log.latest(9)).map(({ payload }) => payload.message)).toEqual([
      'late',
    ])
  })

  it('refuses what has no name or whose name is taken, and relays the others', async () => {
    const a = createMachine('a', createServer())
    a.add('nameless', {})
    a.add('odd', { configured: 'Not A Key' })
    a.add('one', { configured: 'same' })
    a.add('two', { configured: 'same' })
    a.add('fine', { configured: 'fine' })
    a.add('_unscoped', { configured: 'unscoped' })
    const { channels } = await a.run({ once: true })
    expect(channels.map(({ app, state, error }) => [app, state, error?.code])).toEqual([
      ['fine', 'current', undefined],
      ['nameless', 'refused', 'RELAY_KEY_UNKNOWN'],
      ['odd', 'refused', 'RELAY_KEY_UNKNOWN'],
      ['one', 'refused', 'RELAY_KEY_TAKEN'],
      ['two', 'refused', 'RELAY_KEY_TAKEN'],
    ])
    expect(channels.find(({ app }) => app === 'one')?.error?.message).toMatch(/one and two .* same/)
    expect(channels[1]).toMatchObject({ key: null, exported: 0, imported: 0, waiting_out: null, current_at: null })
    expect(a.seen('channel-refused')).toHaveLength(4)
    expect([...a.rooms.keys()]).toEqual(['fine'])
  })

  it('joins no room that only the repository names, until the user agrees; another name is asked for again', async () => {
    const server = createServer()
    const a = createMachine('a', server)
    a.add('shop', { proposed: 'their-room', originUrl: ORIGIN })
    await a.post('shop', 'ours')
    const refused = { app: 'shop', key: null, state: 'refused', error: { code: 'RELAY_CHANNEL_PROPOSED' } }
    expect(await a.run({ once: true })).toMatchObject({ channels: [refused] })
    expect(server.keys).toEqual([])
    expect(a.rooms.size).toBe(0)
    await a.agree('shop', 'their-room')
    expect(await a.run({ once: true })).toMatchObject({
      channels: [{ app: 'shop', key: 'their-room', state: 'current' }],
    })
    a.names.set('shop', { proposed: 'a-third-room', originUrl: ORIGIN })
    expect(await a.run({ once: true })).toMatchObject({ channels: [refused] })
    expect(server.keys).toEqual(['their-room'])
  })

  it('lists channels by name, whichever was found first', async () => {
    const a = createMachine('a', createServer())
    for (const app of ['zebra', 'apple', 'mango']) a.add(app, { configured: app })
    const { channels } = await a.run({ once: true })
    expect(channels.map(({ app }) => app)).toEqual(['apple', 'mango', 'zebra'])
  })

  it('refuses a copied apps root, and a channel that it cannot write to', async () => {
    const a = createMachine('a', createServer())
    a.add('copied', { configured: 'copied' })
    await a.run({ once: true })
    a.rooms.set('copied', { ...(a.rooms.get('copied') as RelayRoom), machine: 'somebody-else' })
    expect(await a.run({ once: true })).toMatchObject({
      channels: [{ app: 'copied', state: 'refused', error: { code: 'RELAY_TWIN' } }],
    })
    const b = createMachine('b', createServer())
    b.add('shop')
    b.full = true
    const status = await b.run({}, async () => {
      await soon(() => expect(b.statuses.at(-1)?.channels[0]?.error).toMatchObject({ code: 'NOT_STORED' }))
      b.full = false
      await soon(() => expect(b.statuses.at(-1)?.channels[0]).toMatchObject({ state: 'current' }))
    })
    expect(status.channels).toHaveLength(1)
    expect(b.seen('channel-refused')).toHaveLength(1)
    expect(b.seen('channel-refused')[0]?.reason).toContain('disk full')
  })

  it('leaves alone what was not asked for, and what is detached', async () => {
    const a = createMachine('a', createServer())
    for (const app of ['one', 'two', 'off']) a.add(app, { configured: app })
    a.rooms.set('off', {
      ...{ schema: 'rally.relay/1', key: 'off', key_source: 'origin', machine: 'a' },
      detached: true,
    } as never)
    expect((await a.run({ once: true, apps: ['two', 'off'] })).channels.map(({ app }) => app)).toEqual(['two'])
  })

  it('takes up channels that come, and lets go of those that end', async () => {
    const server = createServer()
    const a = createMachine('a', server)
    a.add('one', { configured: 'one' })
    await a.run({}, async () => {
      await soon(() => expect(a.seen('ready')).toHaveLength(1))
      a.add('two', { configured: 'two' })
      await a.post('two', 'hello')
      await soon(async () => expect(await (await server.room('two')).log.revision()).toBe(1))
      await a.scanned()
      expect(a.seen('channel-stopped')).toEqual([])
      a.discoveryFails = true
      await soon(() => expect(a.seen('scan-failed').length).toBeGreaterThan(0))
      expect(a.seen('scan-failed')[0]?.reason).toBe('apps root gone')
      a.discoveryFails = false
      a.channels.delete('one')
      await soon(() => expect(a.seen('channel-stopped')).toEqual([{ event: 'channel-stopped', app: 'one' }]))
      await soon(() => expect(a.statuses.at(-1)?.channels.map(({ app }) => app)).toEqual(['two']))
    })
  })

  it('says once why it refuses, and no more of what is gone', async () => {
    const a = createMachine('a', createServer())
    for (const app of ['nameless', 'odd']) a.add(app, {})
    await a.run({}, async () => {
      await soon(() => expect(a.statuses.at(-1)?.channels.map(({ app }) => app)).toEqual(['nameless', 'odd']))
      await a.scanned()
      expect(a.seen('channel-refused')).toHaveLength(2)
      a.channels.delete('nameless')
      await soon(() => expect(a.statuses.at(-1)?.channels.map(({ app }) => app)).toEqual(['odd']))
    })
  })

  it('moves a channel to the room that its repository names now', async () => {
    const server = createServer()
    const a = createMachine('a', server)
    a.add('shop', { configured: 'old' })
    await a.post('shop', 'hello')
    await a.run({}, async () => {
      await soon(() => expect(a.statuses.at(-1)?.channels[0]).toMatchObject({ key: 'old', state: 'current' }))
      a.names.set('shop', { configured: 'new' })
      await soon(async () => expect(await (await server.room('new')).log.revision()).toBe(1))
    })
    expect(a.seen('channel').map(({ key }) => key)).toEqual(['old', 'new'])
    expect(a.rooms.get('shop')?.key).toBe('new')
  })

  it('a configuration that cannot be read names nothing, and says so', async () => {
    const a = createMachine('a', createServer())
    a.add('shop')
    a.names.delete('shop')
    expect(await a.run({ once: true })).toMatchObject({ channels: [{ error: { code: 'RELAY_KEY_UNKNOWN' } }] })
    expect(a.seen('configuration-ignored')[0]).toMatchObject({ app: 'shop', reason: 'configuration damaged' })
  })

  it('waits while the server is away, loses nothing, and goes on', async () => {
    const server = createServer()
    const a = createMachine('a', server)
    a.add('shop', { configured: 'shop' })
    const hub = await server.room('shop')
    await a.run({}, async () => {
      await soon(() => expect(a.statuses.at(-1)?.channels[0]).toMatchObject({ state: 'current' }))
      a.pull(false)
      await a.post('shop', 'in the dark')
      await soon(() => {
        const [channel] = a.statuses.at(-1)?.channels ?? []
        expect(channel).toMatchObject({ state: 'offline', error: { code: 'SERVER_UNREACHABLE' } })
        expect(a.statuses.at(-1)?.connected).toBe(false)
      })
      expect(a.seen('waiting').filter(({ task }) => task === 'export')).toHaveLength(1)
      expect(await hub.log.revision()).toBe(0)
      a.pull(true)
      await soon(async () =>
        expect((await hub.log.latest(9)).map(({ payload }) => payload.message)).toEqual(['in the dark']),
      )
      await soon(() =>
        expect(a.statuses.at(-1)?.channels[0]).toMatchObject({ state: 'current', error: null, exported: 1 }),
      )
    })
    expect([a.seen('disconnected').length, a.seen('connected').length]).toEqual([1, 1])
  })

  it('says how much waits for a server that was never there', async () => {
    const a = createMachine('a', createServer())
    a.add('shop', { configured: 'shop' })
    a.up = false
    for (const text of ['one', 'two']) await a.post('shop', text)
    await a.run({}, () =>
      soon(() =>
        expect(a.statuses.at(-1)?.channels[0]).toMatchObject({ state: 'offline', waiting_out: 2, exported: 0 }),
      ),
    )
  })

  it('carries presence while it runs, and takes it away when it ends', async () => {
    const server = createServer()
    const [a, b] = [createMachine('a', server), createMachine('b', server)]
    for (const one of [a, b]) one.add('shop', { configured: 'shop' })
    const mine = await a.homes.open(a.channels.get('shop') as Channel)
    const theirs = await b.homes.open(b.channels.get('shop') as Channel)
    const base = { model: 'm', run_id: 'r', app_slug: 'a', phase: 'p', task: 't', files_in_flight: [] }
    await mine.sessions.put({ ...base, session_id: 's1', tool: 'codex', heartbeat_ts: 1000, last_seen: 1000 })
    await b.run({}, async () => {
      await a.run({}, () => soon(async () => expect((await theirs.sessions.get('s1'))?.machine).toBe('a')))
      await soon(async () => expect(await theirs.sessions.list()).toEqual([]))
    })
    expect(await mine.sessions.list()).toHaveLength(1)
  })

  it('runs once per machine', async () => {
    const a = createMachine('a', createServer())
    a.locked = true
    await expect(a.run({ once: true })).rejects.toMatchObject({ code: 'RELAY_RUNNING' })
    expect(a.locked).toBe(true)
  })
})
