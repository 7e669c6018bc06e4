import type { Transport } from '@rally/core/ports/transport'
import { describe, expect, it } from 'vitest'
import { createWorld, cursor, draft, heartbeat, message, presence } from '../test/relay-world.js'

describe('a relay between rooms in memory', () => {
  it('brings every record to every machine once, in order per machine', async () => {
    const world = await createWorld(['a', 'b', 'c'])
    for (const n of [1, 2, 3]) for (const name of ['a', 'b', 'c']) await world.post(name, n)
    await world.settle()
    for (const name of ['a', 'b', 'c']) {
      const texts = await world.texts(name)
      expect(texts).toHaveLength(9)
      for (const of of ['a', 'b', 'c'])
        expect(texts.filter((text) => text.startsWith(of))).toEqual([`${of}1`, `${of}2`, `${of}3`])
    }
    expect((await world.hub.log.latest(99)).length).toBe(9)
  })

  it('keeps kind, payload, ids, run and producer of a record', async () => {
    const world = await createWorld(['a', 'b'])
    const { home } = world.machine('a')
    const run = { build_loop_id: 'bl-1', build_loop_started_at: '2026-01-01T00:00:00Z', build_loop_run_label: 'l' }
    await home.log.append({ ...draft('x'), kind: 'handoff', producer: { producer_name: 'rally' }, run })
    await world.settle()
    const [mine] = await home.log.latest(1)
    const [theirs] = await world.machine('b').home.log.latest(1)
    const { revision: _a, rally_origin, ...copy } = theirs ?? {}
    const { revision: _b, ...original } = mine ?? {}
    expect(copy).toEqual(original)
    expect(rally_origin).toMatchObject({ machine: 'a', position: 1 })
  })

  it('keeps records whose ids collide', async () => {
    const world = await createWorld(['a', 'b'])
    for (const n of [1, 2, 3]) await world.post('a', n, { event_id: 'blf_twin' })
    await world.settle()
    expect(await world.texts('b')).toEqual(['a1', 'a2', 'a3'])
    world.restart('a')
    world.restart('b')
    await world.settle()
    expect(await world.texts('b')).toEqual(['a1', 'a2', 'a3'])
    expect(await world.texts('hub')).toEqual(['a1', 'a2', 'a3'])
  })

  it('delivers a message to a session as that is called at home', async () => {
    const world = await createWorld(['a', 'b'])
    const [a, b] = [world.machine('a').home, world.machine('b').home]
    for (const to_session_id of ['same@b', 'same@c', 'same', '@b'])
      await a.inbox.deliver({ ...message('codex', 1), to_session_id })
    await a.log.append({ ...draft('x'), payload: { to: 'codex', to_session_id: 'same@b' } })
    await world.settle()
    const heard = (await b.inbox.read('codex', 0)).map((entry) => entry.message?.to_session_id)
    expect(heard).toEqual(['same', 'same@c', 'same', '@b'])
    expect((await b.log.latest(1))[0]?.payload.to_session_id).toBe('same')
  })

  it('delivers each message once and publishes unread counts as home counts them', async () => {
    const world = await createWorld(['a', 'b'])
    const [a, b] = [world.machine('a').home, world.machine('b').home]
    await a.sessions.put(presence('s-a', 'codex'))
    await b.sessions.put(presence('s-b', 'codex'))
    await a.inbox.deliver(message('codex', 1))
    await b.inbox.deliver(message('codex', 2))
    await b.inbox.deliver(message('all', 3))
    await world.settle()
    world.restart('a')
    world.restart('b')
    await world.settle()
    for (const home of [a, b]) {
      expect((await home.inbox.read('codex', 0)).map((entry) => entry.message?.payload.n).sort()).toEqual([1, 2])
      expect((await home.inbox.size('all')).count).toBe(1)
    }
    expect((await a.sessions.get('s-b'))?.unread).toEqual({ direct: 2, broadcast: 1, total: 3 })
    await b.inbox.setCursor('codex', 's-b', cursor('codex', 's-b', 2, 0))
    await world.settle()
    expect((await a.sessions.get('s-b'))?.unread).toEqual({ direct: 0, broadcast: 1, total: 1 })
    expect((await b.sessions.get('s-a'))?.unread).toEqual({ direct: 2, broadcast: 1, total: 3 })
    expect(await a.inbox.cursor('codex', 's-b')).toBeUndefined()
  })

  describe('a box after a restart', () => {
    /** Two machines with thirty messages each way, and what is read of their boxes from then on. */
    async function busy() {
      const world = await createWorld(['a', 'b'])
      const [a, b] = [world.machine('a').home, world.machine('b').home]
      await world.post('a', 1)
      await world.post('b', 1)
      for (let n = 1; n <= 30; n++) {
        await a.inbox.deliver(message('codex', n))
        await b.inbox.deliver(message('codex', 100 + n))
      }
      await world.settle()
      const reads: number[] = []
      const watched = (room: Transport): Transport => ({
        ...room,
        inbox: {
          ...room.inbox,
          read: (box, after, limit) => {
            reads.push(after)
            return room.inbox.read(box, after, limit)
          },
        },
      })
      const texts = async (room: Transport) =>
        (await room.inbox.read('codex', 0)).map((entry) => entry.message?.payload.n as number).sort((x, y) => x - y)
      const all = (...more: number[]) =>
        [...Array.from({ length: 30 }, (_, n) => [n + 1, n + 101]).flat(), ...more].sort((x, y) => x - y)
      return { world, a, b, reads, watched, texts, all }
    }

    it('goes on where it was: nothing is read from the beginning, and nothing comes twice', async () => {
      const { world, a, b, reads, watched, texts, all } = await busy()
      await b.inbox.deliver(message('codex', 501))
      world.hub = watched(world.hub)
      world.wrapHome('a', watched)
      world.wrapHome('b', watched)
      await world.settle()
      expect(reads.length).toBeGreaterThan(0)
      expect(Math.min(...reads)).toBeGreaterThanOrEqual(59)
      for (const room of [a, b, world.hub]) expect(await texts(room)).toEqual(all(501))
    })

    it('also when the relay was killed long after it had remembered', async () => {
      const { world, a, b, reads, watched, texts, all } = await busy()
      const { memory } = world.machine('a')
      for (const n of [501, 502]) await b.inbox.deliver(message('codex', n))
      for (const n of [601, 602]) await a.inbox.deliver(message('codex', n))
      await world.settle()
      world.machine('a').memory = memory
      world.wrapHome('a', watched)
      await world.settle()
      expect(Math.min(...reads)).toBeGreaterThanOrEqual(59)
      for (const room of [a, b, world.hub]) expect(await texts(room)).toEqual(all(501, 502, 601, 602))
    })

    it('reads each side once from its beginning when the memory of the relay is lost', async () => {
      const { world, a, b, reads, watched, texts, all } = await busy()
      world.hub = watched(world.hub)
      world.machine('a').memory = undefined
      world.wrapHome('a', watched)
      await world.machine('a').relay?.step('inbox')
      expect(reads.filter((after) => after === 0)).toEqual([0, 0])
      for (const room of [a, b, world.hub]) expect(await texts(room)).toEqual(all())
    })

    it.each<[string, (world: Awaited<ReturnType<typeof busy>>['world']) => Promise<unknown>]>([
      ['the server has forgotten', (world) => world.forgetHub()],
      ['another room is on the server', (world) => world.replaceHub()],
    ])('begins anew where %s', async (_, change) => {
      const { world, a, b, texts, all } = await busy()
      await change(world)
      for (const name of ['a', 'b']) world.restart(name)
      await a.inbox.deliver(message('codex', 601))
      await world.settle()
      for (const room of [a, b]) expect(await texts(room)).toEqual(all(601))
    })

    it('begins anew in a box that is not the one it remembers', async () => {
      const { world, a, texts } = await busy()
      const home = await world.replaceHome('b')
      world.restart('b', { epoch: 'new' })
      for (let n = 1; n <= 80; n++) await home.inbox.deliver(message('codex', 1000 + n))
      await world.settle()
      expect((await texts(home)).length).toBe(new Set(await texts(home)).size)
      expect(await texts(a)).toEqual(expect.arrayContaining(Array.from({ length: 80 }, (_, n) => 1001 + n)))
    })
  })

  it('carries presence with its machine, and takes it away when the session or the machine is gone', async () => {
    const world = await createWorld(['a', 'b'])
    const [a, b] = [world.machine('a').home, world.machine('b').home]
    await a.sessions.put({
      ...presence('agent:coder-1a2b', 'codex'),
      host_pid: 7,
      cursor: { revision: 3, changes_offset: 9 },
    })
    await a.sessions.setCursor('reader', { revision: 1, changes_offset: 1 })
    await world.settle()
    const seen = await b.sessions.get('agent:coder-1a2b')
    expect(seen).toMatchObject({ machine: 'a', tool: 'codex' })
    expect(seen?.host_pid).toBeUndefined()
    expect(seen?.cursor).not.toMatchObject({ revision: 3 })
    expect((await b.sessions.list()).map((one) => one.session_id)).toEqual(['agent:coder-1a2b'])
    expect((await a.sessions.get('agent:coder-1a2b'))?.machine).toBeUndefined()
    await a.sessions.remove('agent:coder-1a2b')
    await world.settle()
    world.clock += 10
    await world.settle()
    expect(await b.sessions.list()).toEqual([])
    await a.sessions.put(presence('s1', 'codex'))
    await world.settle()
    // Machine a vanished, and the server has let its entries expire.
    world.stop('a')
    for (const one of await world.hub.sessions.list()) await world.hub.sessions.remove(one.session_id)
    await world.settle()
    expect(await b.sessions.list()).toHaveLength(1)
    world.clock += 10
    await world.settle()
    expect(await b.sessions.list()).toEqual([])
  })

  it('keeps sessions apart that have the same id on two machines', async () => {
    const world = await createWorld(['a', 'b', 'c'])
    for (const name of ['a', 'b'])
      await world.machine(name).home.sessions.put({ ...presence('me', 'codex'), task: name })
    await world.settle()
    const tasks = async (name: string) =>
      (await world.machine(name).home.sessions.list()).map((one) => [one.session_id, one.machine ?? 'here', one.task])
    expect(await tasks('a')).toEqual([
      ['me', 'here', 'a'],
      ['me@b', 'b', 'b'],
    ])
    expect(await tasks('b')).toEqual([
      ['me', 'here', 'b'],
      ['me@a', 'a', 'a'],
    ])
    expect((await tasks('c')).map(([, machine]) => machine).sort()).toEqual(['a', 'b'])
  })

  it('tells others of presence only what changed, again before the server forgets it, and takes dropped keys away', async () => {
    const world = await createWorld(['a', 'b'])
    const [a, b] = [world.machine('a').home, world.machine('b').home]
    const puts = { hub: 0, b: 0 }
    const counting = (room: Transport, key: 'hub' | 'b'): Transport => ({
      ...room,
      sessions: {
        ...room.sessions,
        put: (one) => {
          puts[key] += 1
          return room.sessions.put(one)
        },
      },
    })
    world.hub = counting(world.hub, 'hub')
    world.wrapHome('b', (home) => counting(home, 'b'))
    world.restart('a')
    const now = { last_seen: 87_401, heartbeat_ts: 87_401 }
    await a.sessions.put({ ...presence('s1', 'codex'), ...now, branch_name: 'topic' })
    await a.sessions.put(presence('long-gone', 'codex'))
    world.clock += 86_401
    await world.settle()
    await world.settle()
    expect(puts).toEqual({ hub: 1, b: 1 })
    world.clock += 19
    await world.settle()
    expect(puts).toEqual({ hub: 1, b: 1 })
    world.clock += 1
    await world.settle()
    expect(puts).toEqual({ hub: 2, b: 1 })
    await b.sessions.setCursor('s1', { revision: 1, changes_offset: 1 })
    expect((await b.sessions.get('s1'))?.branch_name).toBe('topic')
    await a.sessions.remove('s1')
    await a.sessions.put({ ...presence('s1', 'codex'), ...now })
    await world.settle()
    expect(puts).toEqual({ hub: 3, b: 2 })
    expect(await b.sessions.get('s1')).not.toHaveProperty('branch_name')
    await a.sessions.put({ ...presence('s1', 'codex'), ...now, task: 'other' })
    await world.settle()
    expect(await b.sessions.get('s1')).toMatchObject({ task: 'other', machine: 'a' })
    expect(puts).toEqual({ hub: 4, b: 3 })
    await world.machine('b').relay?.leave()
    expect(await b.sessions.list()).toEqual([])
    expect(await world.hub.sessions.list()).toHaveLength(1)
    await world.machine('a').relay?.leave()
    expect(await world.hub.sessions.list()).toEqual([])
    expect(await a.sessions.list()).toHaveLength(2)
  })

  it('brings what somebody wrote on the server itself, and tells of records that are lost there', async () => {
    const world = await createWorld(['a', 'b'])
    await world.hub.log.append(draft('direct1'))
    for (const n of [1, 2]) await world.post('a', n)
    await world.settle()
    await world.hub.log.append(draft('direct2'))
    await world.settle()
    world.restart('b')
    await world.settle()
    expect((await world.texts('b')).sort()).toEqual(['a1', 'a2', 'direct1', 'direct2'])
    expect(world.machine('b').events).toEqual([])
    const origin = { machine: 'a', epoch: 'e-a', position: 5, mark: 'm5' }
    await world.hub.log.append({ ...draft('a5'), origin })
    await world.settle()
    expect(world.machine('b').events).toEqual([{ event: 'gap', machine: 'a', after: 2, next: 5 }])
    expect(await world.texts('b')).toContain('a5')
  })

  it('carries the lines that decide the health of a task', async () => {
    const world = await createWorld(['a', 'b'])
    const { home } = world.machine('a')
    await home.sessions.put(presence('s1', 'codex'))
    await home.heartbeats.append(heartbeat(10, 'T1'))
    await home.heartbeats.append(heartbeat(20, 'T2'))
    await world.settle()
    world.restart('b')
    await world.settle()
    const lines = await world.machine('b').home.heartbeats.latest('codex', 's1')
    expect(lines.map(({ ts, task_ref, session_id }) => [ts, task_ref, session_id])).toEqual([
      [10, 'T1', 's1'],
      [20, 'T2', 's1'],
    ])
  })

  it('keeps the lines of two sessions apart that have the same id', async () => {
    const world = await createWorld(['a', 'b'])
    for (const name of ['a', 'b']) {
      await world.machine(name).home.sessions.put(presence('s1', 'codex'))
      await world.machine(name).home.heartbeats.append(heartbeat(10, `task of ${name}`))
    }
    await world.settle()
    const tasks = async (name: string, session: string) =>
      (await world.machine(name).home.heartbeats.latest('codex', session)).map(({ task_ref }) => task_ref)
    expect(await tasks('b', 's1')).toEqual(['task of b'])
    expect(await tasks('b', 's1@a')).toEqual(['task of a'])
    expect(await tasks('a', 's1@b')).toEqual(['task of b'])
  })

  it('makes an acknowledgement point at the same escalation on every machine', async () => {
    const world = await createWorld(['a', 'b'])
    for (const n of [1, 2, 3]) await world.post('b', n)
    const { home } = world.machine('a')
    const escalation = await home.log.append({ ...draft('help'), kind: 'escalation' })
    await world.settle()
    const there = (await world.machine('b').home.log.latest(9)).find((record) => record.kind === 'escalation')
    expect(there?.revision).not.toBe(escalation.revision)
    const ack = { ...draft('done'), kind: 'escalation', payload: { acknowledges: there?.revision, subject: 'done' } }
    await world.machine('b').home.log.append(ack)
    await world.settle()
    const back = (await home.log.latest(1)).at(0)
    expect(back?.payload).toMatchObject({
      acknowledges: escalation.revision,
      acknowledges_event_id: escalation.eventId,
    })
    // After a restart nothing is remembered: the log is searched.
    world.restart('a')
    await home.log.append({
      ...draft('again'),
      kind: 'escalation',
      payload: { acknowledges: escalation.revision, subject: 'x' },
    })
    world.restart('b')
    await world.settle()
    expect((await world.machine('b').home.log.latest(1)).at(0)?.payload.acknowledges).toBe(there?.revision)
  })

  it('never lets a number of another machine name a record of ours', async () => {
    const world = await createWorld(['a', 'b'])
    for (const n of [1, 2, 3, 4]) await world.post('b', n)
    await world
      .machine('a')
      .home.log.append({ ...draft('x'), kind: 'escalation', payload: { acknowledges: 2, subject: 's' } })
    await world.settle()
    const ack = (await world.machine('b').home.log.latest(9)).find((record) => record.kind === 'escalation')
    expect(ack?.payload.acknowledges).toBe('unknown')
  })

  it('decides leases on the hub', async () => {
    const world = await createWorld(['a', 'b'])
    await world.machine('a').home.leases.compareAndSet('lead', null, { lead: 'a' })
    await world.settle()
    expect((await world.hub.leases.read('lead'))?.value).toEqual({ lead: 'a' })
    expect((await world.machine('b').home.leases.read('lead'))?.value).toEqual({ lead: 'a' })
    const version = (await world.hub.leases.read('lead'))?.version ?? null
    await world.hub.leases.compareAndSet('lead', version, { lead: 'b' })
    await world.settle()
    const held = await world.machine('a').home.leases.read('lead')
    expect(held?.value).toEqual({ lead: 'b' })
    // Whoever read it meanwhile may still change it.
    await world.settle()
    expect(await world.machine('a').home.leases.read('lead')).toEqual(held)
    await world.hub.leases.compareAndSet('lead', (await world.hub.leases.read('lead'))?.version ?? null, null)
    await world.settle()
    world.restart('a')
    await world.settle()
    expect(await world.machine('a').home.leases.read('lead')).toBeUndefined()
  })

  it('fills the room on the server again that was removed under it', async () => {
    const world = await createWorld(['a', 'b'])
    const { hub } = world
    await world.replaceHub()
    const other = world.hub
    let now = hub
    world.hub = new Proxy({} as Transport, { get: (_, name: keyof Transport) => now[name] })
    for (const name of ['a', 'b']) world.restart(name)
    const { relay, events } = world.machine('a')
    expect(await relay?.checkNumbering()).toBe(true)
    await world.post('a', 1)
    await world.settle()
    expect(await relay?.checkNumbering()).toBe(true)
    expect(events).toEqual([])
    now = other
    expect(await relay?.checkNumbering()).toBe(false)
    expect(events).toMatchObject([{ event: 'hub-replaced', reason: expect.stringMatching(/removed and made again/) }])
    await world.settle()
    expect(await world.texts('hub')).toEqual(['a1'])
  })

  it('knows which room it reads and fills, also when that is only made while it looks', async () => {
    const world = await createWorld(['a', 'b'])
    const { hub } = world
    const numbering = async () => ((await hub.log.revision()) === 0 ? '' : 'the first')
    world.hub = { ...hub, numbering }
    for (const name of ['a', 'b']) world.restart(name)
    const [a, b] = [world.machine('a'), world.machine('b')]
    expect(await b.relay?.step('import')).toBe(false)
    await world.post('a', 1)
    await a.relay?.step('export')
    await a.relay?.remember()
    expect(a.memory).toMatchObject({ numbering: 'the first', position: 1 })
    // It sees that there is a room now, and asks to be called again at once.
    expect(await b.relay?.step('import')).toBe(true)
    expect(await b.relay?.step('import')).toBe(false)
    expect((await b.home.log.latest(1))[0]?.rally_origin).toMatchObject({ machine: 'a', via: 'the first' })
  })

  it('fills a new server with everything, and doubles nothing on the machines', async () => {
    const world = await createWorld(['a', 'b'])
    for (const n of [1, 2, 3]) for (const name of ['a', 'b']) await world.post(name, n)
    await world.machine('a').home.inbox.deliver(message('codex', 1))
    await world.settle()
    await world.replaceHub()
    await world.post('a', 4)
    await world.addMachine('c')
    await world.settle()
    for (const name of ['a', 'b', 'c', 'hub']) {
      expect((await world.texts(name)).sort(), name).toEqual(['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'b3'])
    }
    for (const name of ['a', 'b', 'c']) expect((await world.machine(name).home.inbox.size('codex')).count, name).toBe(1)
  })

  it('goes on where it was when the server has forgotten the old records', async () => {
    const world = await createWorld(['a', 'b'])
    for (const n of [1, 2, 3]) await world.post('a', n)
    await world.settle()
    await world.forgetHub()
    await world.post('a', 4)
    world.restart('a')
    world.restart('b')
    await world.settle()
    expect(await world.texts('hub')).toEqual(['a4'])
    expect(await world.texts('b')).toEqual(['a1', 'a2', 'a3', 'a4'])
    // Whoever comes now finds a beginning, not a loss.
    await world.addMachine('c')
    await world.settle()
    expect(await world.texts('c')).toEqual(['a4'])
    expect(world.machine('c').events).toEqual([])
  })

  it('sends nothing twice when relay.json was lost', async () => {
    const world = await createWorld(['a', 'b'])
    for (const n of [1, 2, 3]) await world.post('a', n)
    await world.machine('a').home.inbox.deliver(message('codex', 1))
    await world.settle()
    world.restart('a', { epoch: 'new' })
    await world.post('a', 4)
    await world.machine('a').home.inbox.deliver(message('codex', 2))
    await world.settle()
    world.restart('a')
    await world.settle()
    expect(await world.texts('b')).toEqual(['a1', 'a2', 'a3', 'a4'])
    const { inbox } = world.machine('b').home
    expect((await inbox.read('codex', 0)).map((entry) => entry.message?.payload.n)).toEqual([1, 2])
  })

  it('gives a folder that was restored from a backup back what it had lost', async () => {
    const world = await createWorld(['a', 'b'])
    for (const n of [1, 2]) await world.post('a', n)
    await world.settle()
    const backup = await world.machine('a').home.log.latest(2)
    await world.post('a', 3)
    await world.settle()
    const fresh = await world.replaceHome('a')
    for (const record of backup) fresh.plant.record(record)
    await world.post('a', 4)
    await world.settle()
    expect(await world.texts('b')).toEqual(['a1', 'a2', 'a3', 'a4'])
    expect((await world.texts('a')).sort()).toEqual(['a1', 'a2', 'a3', 'a4'])
    expect(world.machine('a').events).toMatchObject([{ event: 'realigning' }, { event: 'realigned', sent: 1 }])
  })

  it('reads the boxes of a new server from their start', async () => {
    const world = await createWorld(['a', 'b'])
    const numbers = async () =>
      (await world.machine('a').home.inbox.read('codex', 0)).map((entry) => entry.message?.payload.n)
    for (const n of [1, 2]) await world.machine('b').home.inbox.deliver(message('codex', n))
    await world.settle()
    await world.replaceHub()
    for (const n of [7, 8]) {
      const rally_origin = { machine: 'c', epoch: 'e-c', position: n - 6 }
      await world.hub.inbox.deliver({ ...message('codex', n), rally_origin })
    }
    await world.settle()
    expect(await numbers()).toEqual([1, 2, 7, 8])
    world.restart('a')
    await world.hub.inbox.deliver(message('codex', 9))
    await world.settle()
    world.restart('a')
    await world.settle()
    expect(await numbers()).toEqual([1, 2, 7, 8, 9])
  })

  it('delivers what a box was given since a backup, and nothing of it twice', async () => {
    const world = await createWorld(['a', 'b'])
    for (const n of [1, 2]) await world.machine('a').home.inbox.deliver(message('codex', n))
    await world.settle()
    const fresh = await world.replaceHome('a')
    world.restart('a', { epoch: 'new' })
    for (const n of [1, 5, 6]) await fresh.inbox.deliver(message('codex', n))
    fresh.plant.message('codex', '{torn')
    await world.settle()
    world.restart('a')
    await world.settle()
    const there = await world.machine('b').home.inbox.read('codex', 0)
    expect(there.map((entry) => entry.message?.payload.n)).toEqual([1, 2, 5, 6])
  })

  it('counts what waits, also after a restart without the server, and what it carried', async () => {
    const world = await createWorld(['a', 'b'])
    const { home } = world.machine('a')
    const waiting = () => world.machine('a').relay?.waiting()
    await world.post('a', 1)
    for (const n of [1, 2]) await home.inbox.deliver(message('codex', n))
    expect(await waiting()).toEqual({ records: 1, messages: 2 })
    await world.machine('b').home.inbox.deliver(message('codex', 3))
    await world.post('b', 1)
    await world.settle()
    expect(await waiting()).toEqual({ records: 0, messages: 0 })
    expect(world.machine('a').relay?.counts()).toEqual({ exported: 3, imported: 2 })
    world.restart('a')
    await home.inbox.deliver(message('codex', 4))
    await home.inbox.deliver(message('all', 5))
    for (const n of [2, 3, 4]) await world.post('a', n)
    expect(await waiting()).toEqual({ records: 3, messages: 2 })
    world.restart('a', { epoch: 'new' })
    expect(await waiting()).toMatchObject({ records: 4 })
  })

  it('notices a computer that replicates under the same name', async () => {
    const world = await createWorld(['a', 'b'])
    world.refuseReplays()
    await world.addMachine('a-copy', 'a')
    for (const n of [1, 2, 3]) {
      await world.post('a', n)
      await world.settle()
      await world.post('a-copy', n)
      await world.settle()
    }
    expect(['a', 'a-copy'].flatMap((name) => world.machine(name).errors)).toContain('RELAY_TWIN')
    const texts = await world.texts('b')
    expect(new Set(texts).size).toBe(texts.length)
  })

  it('waits while something is in the way and then goes on', async () => {
    const world = await createWorld(['a', 'b'])
    for (const n of [1, 2, 3]) await world.post('a', n)
    const { append } = world.machine('b').home.log
    let left = 1
    world.wrapHome('b', (home) => ({
      ...home,
      log: { ...home.log, append: async (one) => (left-- > 0 ? append(one) : Promise.reject(new Error('disk full'))) },
    }))
    await world.settle()
    expect(await world.texts('b')).toEqual(['a1'])
    left = 99
    await world.settle()
    expect(await world.texts('b')).toEqual(['a1', 'a2', 'a3'])
  })
})
