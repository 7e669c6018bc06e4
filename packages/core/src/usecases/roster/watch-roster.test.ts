import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { RallyError } from '../../errors.js'
import type { Channel } from '../../model/channel.js'
import { createMemoryTransports } from '../../testing/memory-transport.js'
import { createTestRoom, testPresence } from '../../testing/test-room.js'
import type { Wait } from '../status/hints.js'
import type { RosterContext } from './build-roster.js'
import { watchRoster } from './watch-roster.js'

const wait = async (seconds: number, signal: AbortSignal) => {
  await sleep(seconds * 1000, undefined, { signal }).catch(() => {})
}

it('looks again as soon as somebody comes, in a channel that is new too, and ends with its signal', async () => {
  const { channel, clock, ids, advance } = await createTestRoom()
  const transports = createMemoryTransports(ids)
  const channels = [channel]
  const stop = new AbortController()
  const ctx = { clock, transports, discovery: { resolve: async () => channel, list: async () => [...channels] } }
  const looks = watchRoster(ctx, { signal: stop.signal, wait, intervalSecs: 600 })
  const next = async () => {
    const look = (await looks.next()).value
    if (!look) throw new Error('it ended')
    return { changed: look.changed, ids: look.roster.agents.map(({ session_id }) => session_id) }
  }
  expect(await next()).toEqual({ changed: true, ids: [] })
  await (await transports.open(channel)).sessions.put(testPresence())
  expect(await next()).toEqual({ changed: true, ids: ['s2'] })

  channels.push({ ...channel, app: 'other', dir: '/apps/other' })
  await (await transports.open({ ...channel, dir: '/apps/other' })).sessions.put(testPresence({ session_id: 'o' }))
  await (await transports.open(channel)).sessions.setCursor('reader', { revision: 1, changes_offset: 1 })
  expect(await next()).toEqual({ changed: true, ids: ['s2', 'o'] })

  advance(5)
  await (await transports.open(channel)).sessions.setCursor('reader', { revision: 2, changes_offset: 1 })
  expect((await next()).changed).toBe(false)

  const last = looks.next()
  await sleep(20)
  stop.abort()
  expect((await last).done).toBe(true)
})

/** A room whose transports are counted, and a clock that goes on whenever somebody waits. */
async function countedRoom() {
  const { channel, clock, ids, advance } = await createTestRoom()
  const memory = createMemoryTransports(ids)
  const opened: Channel[] = []
  const seen = { waits: [] as number[], open: 0 }
  let broken: unknown
  const transports: RosterContext['transports'] = {
    ...memory,
    async open(asked) {
      if (broken !== undefined) throw broken
      opened.push(asked)
      seen.open += 1
      const transport = await memory.open(asked)
      return new Proxy(transport, {
        get(target, key) {
          if (key === 'close')
            return async () => {
              seen.open -= 1
            }
          const value: unknown = Reflect.get(target, key)
          return typeof value === 'function' ? value.bind(target) : value
        },
      })
    },
  }
  const stop = new AbortController()
  const ctx: RosterContext = {
    clock,
    transports,
    discovery: { resolve: async () => channel, list: async () => [channel] },
  }
  const patient: Wait = async (seconds) => {
    seen.waits.push(seconds)
  }
  const watch = (intervalSecs?: number) => watchRoster(ctx, { signal: stop.signal, wait: patient, intervalSecs })
  const breakWith = (error: unknown) => {
    broken = error
  }
  return { watch, stop, seen, opened, memory, channel, advance, breakWith }
}

it.each([
  [undefined, 2],
  [7, 7],
  [0, 0.05],
])('asked for every %s seconds it waits %s between looks', async (asked, waited) => {
  const { watch, seen } = await countedRoom()
  const looks = watch(asked)
  for (let round = 0; round < 3; round++) await looks.next()
  expect(seen.waits).toEqual([waited, waited])
  await looks.return()
})

it('reads records when it begins, and without a hint after half a minute only', async () => {
  const { watch, opened, advance } = await countedRoom()
  const looks = watch()
  const next = async () => {
    const before = opened.length
    const { value } = await looks.next()
    return { read: opened.length - before, changed: value?.changed }
  }
  // One to listen, one to read.
  expect(await next()).toEqual({ read: 2, changed: true })
  expect(await next()).toEqual({ read: 0, changed: false })
  advance(29.9)
  expect(await next()).toEqual({ read: 0, changed: false })
  advance(0.1)
  expect(await next()).toEqual({ read: 1, changed: false })
  expect(await next()).toEqual({ read: 0, changed: false })
  await looks.return()
})

it('closes what it listened to, however it ends', async () => {
  for (const end of ['return', 'abort'] as const) {
    const { watch, stop, seen } = await countedRoom()
    const looks = watch()
    await looks.next()
    expect(seen.open).toBe(1)
    if (end === 'abort') {
      stop.abort()
      expect((await looks.next()).done).toBe(true)
    } else await looks.return()
    expect(seen.open, end).toBe(0)
  }
})

it('names a room that cannot be opened and tries again; a fault is not hidden', async () => {
  const { watch, breakWith, opened } = await countedRoom()
  breakWith(new RallyError('CHANNEL_UNUSABLE', { dir: '/apps/shop', reason: 'it is not a folder' }))
  const looks = watch()
  expect((await looks.next()).value?.roster.unreadable).toHaveLength(1)
  breakWith(undefined)
  const second = await looks.next()
  expect(second.value).toMatchObject({ changed: true, roster: { unreadable: [] } })
  expect(opened).toHaveLength(2)
  await looks.return()
  const { watch: other, breakWith: breakOther } = await countedRoom()
  breakOther(new TypeError('a bug'))
  await expect(other().next()).rejects.toThrow('a bug')
})

it('takes what a session or its child does for a change, and its age for none', async () => {
  const { watch, memory, channel, advance } = await countedRoom()
  const { sessions } = await memory.open(channel)
  const looks = watch()
  const changed = async () => {
    // A full look, whether or not the hint has arrived.
    advance(30)
    return (await looks.next()).value?.changed
  }
  await sessions.put(testPresence({ session_id: 'parent' }))
  await sessions.put(testPresence({ session_id: 'child', parent: 'parent' }))
  expect(await changed()).toBe(true)
  expect(await changed()).toBe(false)
  await sessions.put(testPresence({ session_id: 'child', parent: 'parent', task: 'another task' }))
  expect(await changed()).toBe(true)
  await sessions.put(testPresence({ session_id: 'parent', task: 'one more' }))
  expect(await changed()).toBe(true)
  await looks.return()
})
