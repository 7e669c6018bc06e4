import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { RallyError } from '../../errors.js'
import { createTestRoom, TEST_NOW, testPresence, testSession } from '../../testing/test-room.js'
import { standBy } from '../standby/stand-by.js'
import { wake } from '../standby/wake.js'
import { type WatchEvent, type WatchInput, watchChannel } from './watch-channel.js'

let stop = new AbortController()
afterEach(() => stop.abort())

const wait = async (seconds: number, signal: AbortSignal) => {
  await sleep(seconds * 1000, undefined, { signal }).catch(() => {})
}

async function watched(over: Partial<WatchInput> = {}) {
  stop = new AbortController()
  const room = await createTestRoom()
  const ctx = { ...room, session: testSession() }
  const events = watchChannel(ctx, { signal: stop.signal, wait, intervalSecs: 0.02, ...over })
  return { room, ctx, events, next: async () => (await events.next()).value as WatchEvent }
}

async function all(events: AsyncGenerator<WatchEvent>): Promise<WatchEvent[]> {
  const told: WatchEvent[] = []
  for await (const event of events) told.push(event)
  return told
}

const draft = {
  kind: 'feedback',
  tool: 'codex',
  model: 'm',
  run_id: 'r',
  app_slug: 'demo-app',
  payload: {},
  ts: TEST_NOW,
}

it('tells the present state first, with the keys of the protocol in their order', async () => {
  const { next } = await watched({ iterations: 1 })
  const event = await next()
  expect(Object.keys(event)).toEqual([
    'event',
    'status',
    'required_action',
    'revision',
    'active_peers',
    'overlaps',
    'unresolved',
    'dirty_outside_owned',
    'direct_inbox_unread_count',
    'broadcast_inbox_unread_count',
    'inbox_unread_count',
    'inbox_latest_messages',
    'task_heartbeat',
    'new_change_revisions',
  ])
  expect(event).toMatchObject({ event: 'coordination_state_changed', status: 'clear', new_change_revisions: [] })
})

it('tells again only when something that matters changed, with the revisions that are new', async () => {
  const { room, next } = await watched({ intervalSecs: 5 })
  await next()
  await room.transport.log.append(draft)
  expect(await next()).toMatchObject({ revision: 1, new_change_revisions: [1] })
  await room.transport.log.append(draft)
  expect(await next()).toMatchObject({ revision: 2, new_change_revisions: [2] })
  await room.transport.sessions.put(testPresence())
  expect(await next()).toMatchObject({ revision: 2, active_peers: [{ session_id: 's2' }], new_change_revisions: [] })
})

it('looks as soon as something was written, not at the next interval', async () => {
  const { room, next } = await watched({ intervalSecs: 600 })
  await next()
  await room.transport.log.append(draft)
  expect(await next()).toMatchObject({ revision: 1 })
})

it('notices what time alone changes', async () => {
  const { room, ctx, next } = await watched({ taskRef: 'T' })
  await room.transport.heartbeats.append({
    ...(await import('../../rules/task/heartbeat-record.js')).makeHeartbeat(
      { sessionId: 's1', tool: ctx.session.tool, taskRef: 'T' },
      TEST_NOW,
    ),
  })
  expect(await next()).toMatchObject({ task_heartbeat: { health: 'current' } })
  room.advance(661)
  expect(await next()).toMatchObject({ status: 'warn', task_heartbeat: { health: 'stale_check_in' } })
})

describe('a baseline', () => {
  it('is not told, the change after it is, and then it may be over', async () => {
    const { room, events } = await watched({ baselineCurrent: true, exitOnChange: true, intervalSecs: 600 })
    const told = all(events)
    await sleep(30)
    await room.transport.log.append(draft)
    expect((await told).map((event) => 'revision' in event && event.revision)).toEqual([1])
  })
})

describe('a standby that is due', () => {
  it('is told once, with the command that ends it', async () => {
    const { ctx, room, next } = await watched()
    const { eventId } = await standBy(ctx, { reason: 'CI', wakeAfter: '+30m' })
    expect((await next()).event).toBe('coordination_state_changed')
    room.advance(1801)
    expect(await next()).toEqual({
      event: 'rally_wake_due',
      tool: 'claude_code',
      due: [expect.objectContaining({ owner: 'claude_code', reason: 'CI', standby_event_id: eventId })],
      suggested_commands: [`rally wake --tool claude_code --ref-standby ${eventId} --json`],
    })
    await wake(ctx, eventId)
    expect(await next()).toMatchObject({ event: 'coordination_state_changed', revision: 2 })
  })

  it('ends a watch that waits for it', async () => {
    const { ctx, room, events } = await watched({ exitOnWakeDue: true, baselineCurrent: true })
    await standBy(ctx, { reason: 'CI', wakeAfter: '+30m' })
    room.advance(1801)
    expect((await all(events)).map(({ event }) => event)).toEqual(['rally_wake_due'])
  })
})

describe('ends', () => {
  it('at once and in silence when its time is over or nobody wants it', async () => {
    expect(await all((await watched({ maxLifetimeSecs: 0 })).events)).toEqual([])
    expect(await all((await watched({ abandoned: () => true })).events)).toEqual([])
  })

  it('when its time is over', async () => {
    const { room, events } = await watched({ maxLifetimeSecs: 60 })
    const told = all(events)
    await sleep(30)
    room.advance(61)
    expect(await told).toHaveLength(1)
  })

  it('when it is aborted, also in the middle of waiting', async () => {
    const { events } = await watched({ intervalSecs: 600 })
    const told = all(events)
    await sleep(30)
    stop.abort()
    expect(await told).toHaveLength(1)
  })
})

it('goes on when the transport stops watching, and when a look fails', async () => {
  const { room } = await watched()
  const { transport } = room
  let looks = 0
  const shaky = {
    ...transport,
    watch: async () => {
      throw new RallyError('READ_FAILED', { path: 'x', reason: 'removed' })
    },
    log: {
      ...transport.log,
      rejections: async () => {
        looks += 1
        if (looks === 2) throw new RallyError('READ_FAILED', { path: 'x', reason: 'removed' })
        return 0
      },
    },
  }
  const events = watchChannel(
    { ...room, transport: shaky, session: testSession() },
    { signal: stop.signal, wait, intervalSecs: 0.01 },
  )
  await events.next()
  await transport.log.append(draft)
  expect((await events.next()).value).toMatchObject({ revision: 1 })
  expect(looks).toBeGreaterThan(2)
})

describe('without hints', () => {
  /** A room whose writes nobody hints at, and a clock that only waiting moves. */
  async function unhinted(over: Partial<WatchInput> = {}, reads: () => void = () => {}) {
    stop = new AbortController()
    const room = await createTestRoom()
    const asked = { room: 0, git: 0, waits: [] as number[], watching: undefined as AbortSignal | undefined }
    const { transport, repository } = room
    const ctx = {
      ...room,
      session: testSession(),
      transport: {
        ...transport,
        watch: (_hear: unknown, { signal }: { signal: AbortSignal }) => {
          asked.watching = signal
          return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
        },
        log: {
          ...transport.log,
          rejections: async () => {
            asked.room += 1
            reads()
            return 0
          },
        },
      },
      repository: {
        ...repository,
        dirtyFiles: async () => {
          asked.git += 1
          return repository.dirtyFiles('/')
        },
      },
    }
    const moving = async (seconds: number) => {
      asked.waits.push(seconds)
      room.advance(seconds)
    }
    const events = watchChannel(ctx, { signal: stop.signal, wait: moving, ...over })
    return { room, events, asked, next: async () => (await events.next()).value as WatchEvent }
  }
  const unreadable = () => {
    throw new RallyError('READ_FAILED', { path: 'x', reason: 'removed' })
  }

  it('looks every 3 s, asks git every 10 s and reads the room every 30 s', async () => {
    const { events, asked } = await unhinted({ iterations: 11 })
    expect(await all(events)).toHaveLength(1)
    expect(asked).toMatchObject({ room: 2, git: 3, waits: Array.from({ length: 10 }, () => 3) })
    const once = await unhinted({ iterations: 1 })
    expect(await all(once.events)).toHaveLength(1)
    expect(once.asked).toMatchObject({ room: 1, git: 1, waits: [] })
  })

  it('finds what nobody hinted at: files that were changed, and what was written', async () => {
    const { room, next, asked } = await unhinted()
    await next()
    room.git.dirty = ['src/a.ts']
    expect(await next()).toMatchObject({ dirty_outside_owned: ['src/a.ts'] })
    expect(asked).toMatchObject({ room: 1, git: 2 })
    await room.transport.log.append(draft)
    expect(await next()).toMatchObject({ revision: 1 })
    expect(asked.room).toBe(2)
  })

  it('reads what stands beside the room as often as it asks git, and judges by it', async () => {
    const asked: (readonly string[])[] = []
    let own = ['src/']
    const readBeside = async (dirty: readonly string[]) => {
      asked.push(dirty)
      return { ownFiles: own }
    }
    const { room, next } = await unhinted({ readBeside })
    room.git.dirty = ['src/a.ts']
    expect(await next()).toMatchObject({ status: 'clear' })
    own = []
    expect(await next()).toMatchObject({ status: 'warn' })
    expect(asked).toEqual([['src/a.ts'], ['src/a.ts']])
  })

  it('waits no longer than it may live, and no shorter than a hundredth of a second', async () => {
    const long = await unhinted({ maxLifetimeSecs: 7 })
    await all(long.events)
    expect(long.asked.waits).toEqual([3, 3, 1])
    const busy = await unhinted({ intervalSecs: 0, iterations: 3 })
    await all(busy.events)
    expect(busy.asked.waits).toEqual([0.01, 0.01])
  })

  it('gives up when looks fail on and on, at once when the first does, and for what is no failure of the room', async () => {
    let fails = () => {}
    let failed = 0
    const { events, asked } = await unhinted({}, () => fails())
    await events.next()
    fails = () => {
      failed += 1
      unreadable()
    }
    await expect(events.next()).rejects.toMatchObject({ code: 'READ_FAILED' })
    expect(failed).toBe(6)
    expect(asked.watching?.aborted).toBe(true)
    await expect(all((await unhinted({}, unreadable)).events)).rejects.toMatchObject({ code: 'READ_FAILED' })
    const broken = await unhinted({}, () => fails())
    fails = () => {}
    await broken.events.next()
    fails = () => {
      throw new TypeError('bug')
    }
    await expect(broken.events.next()).rejects.toThrow(TypeError)
  })

  it('stops listening when it ends', async () => {
    const { events, asked } = await unhinted({ iterations: 2 })
    await all(events)
    expect(asked.watching?.aborted).toBe(true)
  })
})

it('tells of a peer that goes on to something else', async () => {
  const { room, next } = await watched({ intervalSecs: 600 })
  await room.transport.sessions.put(testPresence({ phase: 'plan' }))
  await next()
  await room.transport.sessions.put(testPresence({ phase: 'build' }))
  expect(await next()).toMatchObject({ active_peers: [{ phase: 'build' }] })
})

it('tells a second standby that becomes due, with those that are', async () => {
  const { ctx, room, next } = await watched()
  await standBy(ctx, { reason: 'one', wakeAfter: '+1m' })
  await standBy(ctx, { reason: 'two', wakeAfter: '+2m' })
  await next()
  room.advance(61)
  expect(await next()).toMatchObject({ due: [{ reason: 'one' }] })
  room.advance(60)
  expect(await next()).toMatchObject({ due: [{ reason: 'one' }, { reason: 'two' }] })
})
