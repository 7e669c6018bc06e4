import { expect, it } from 'vitest'
import type { Channel } from '../model/channel.js'
import { createMemoryTransports } from './memory-transport.js'

const channel: Channel = {
  app: 'demo',
  dir: '/apps/demo',
  appsRoot: '/apps',
  repoRoot: null,
  worktree: null,
  resolvedVia: 'test',
  resolvedViaDetail: 'test',
  channelLayout: 'legacy',
  policy: 'legacy-only',
  protocolVersion: '1.0',
  legacyChannelDir: null,
}
const draft = {
  kind: 'feedback',
  tool: 'codex',
  model: 'm',
  run_id: 'r',
  app_slug: 'demo',
  payload: {},
  ts: 1795000000,
}

function transports() {
  let count = 0
  return createMemoryTransports({ hex: (n) => String(++count).padStart(n, '0'), digits: (n) => '0'.repeat(n) })
}

it('two transports of one channel see each other, and closing one leaves the other working', async () => {
  const rooms = transports()
  const [a, b] = [await rooms.open(channel), await rooms.open(channel)]
  const elsewhere = await rooms.open({ ...channel, dir: '/apps/other' })
  await a.log.append(draft)
  await a.close()
  expect((await b.log.latest(5)).map((record) => record.revision)).toEqual([1])
  expect(await elsewhere.log.revision()).toBe(0)
  await expect(a.log.revision()).rejects.toMatchObject({ code: 'CHANNEL_UNUSABLE' })
})

it('a projection goes on where it stopped and survives JSON', async () => {
  const transport = await transports().open(channel)
  let folded = 0
  const count = {
    name: 'count',
    version: 1,
    initial: () => ({ kinds: [] as string[] }),
    fold: (state: { kinds: string[] }, record: { kind: string }) => {
      folded += 1
      return { kinds: [...state.kinds, record.kind] }
    },
  }
  await transport.log.append(draft)
  await transport.log.project(count)
  await transport.log.append({ ...draft, kind: 'phase' })
  expect(await transport.log.project(count)).toEqual({ kinds: ['feedback', 'phase'] })
  expect(folded).toBe(2)
})

it('a watch hears every write and ends with its signal', async () => {
  const transport = await transports().open(channel)
  const stop = new AbortController()
  const heard: string[] = []
  const watching = transport.watch(({ store }) => heard.push(store), { signal: stop.signal })
  await transport.log.append(draft)
  await transport.sessions.setCursor('s1', { revision: 1, changes_offset: 1 })
  await Promise.resolve()
  expect(heard).toEqual(['log', 'sessions'])
  stop.abort()
  await watching
})

it('a lease changes hands only from the version that was read', async () => {
  const { leases } = await transports().open(channel)
  expect(await leases.compareAndSet('lead', null, { by: 'a' })).toBe(true)
  expect(await leases.compareAndSet('lead', null, { by: 'b' })).toBe(false)
  const seat = await leases.read('lead')
  expect(await leases.compareAndSet('lead', seat?.version ?? '', null)).toBe(true)
  await leases.compareAndSet('lead', null, { by: 'c' })
  expect((await leases.read('lead'))?.version).not.toBe(seat?.version)
})
