import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createMemoryTransports } from '../testing/memory-transport.js'
import { createTestRoom, testPresence } from '../testing/test-room.js'
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
