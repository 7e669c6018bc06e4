import { RallyError } from '@rally/core/errors'
import type { Transport } from '@rally/core/ports/transport'
import { createMemoryTransports } from '@rally/core/testing/memory-transport'
import { createTestRoom, testSession } from '@rally/core/testing/test-room'
import { claimFiles } from '@rally/core/usecases/claim/claim-files'
import { expect, it } from 'vitest'
import { withServerLeases } from './server-leases.js'

const ids = { hex: (n: number) => '0'.repeat(n), digits: (n: number) => '0'.repeat(n) }

async function rooms() {
  const transports = createMemoryTransports(ids)
  const open = (dir: string) => transports.open({ dir } as Parameters<typeof transports.open>[0])
  const hub = await open('/hub')
  const [a, b] = [await open('/a'), await open('/b')].map((home) => withServerLeases(home, async () => hub))
  return { hub, a: a as Transport, b: b as Transport, open }
}

it('decides on the server and copies the answer', async () => {
  const { hub, a, b } = await rooms()
  expect(await a.leases.compareAndSet('lead', null, { lead: 'a' })).toBe(true)
  expect((await hub.leases.read('lead'))?.value).toEqual({ lead: 'a' })
  expect((await a.leases.read('lead'))?.value).toEqual({ lead: 'a' })
  // b has not heard of it: too late, and now it knows.
  expect(await b.leases.compareAndSet('lead', null, { lead: 'b' })).toBe(false)
  const known = await b.leases.read('lead')
  expect(known?.value).toEqual({ lead: 'a' })
  expect(await b.leases.compareAndSet('lead', known?.version ?? null, { lead: 'b' })).toBe(true)
  const stale = await a.leases.read('lead')
  expect(await a.leases.compareAndSet('lead', stale?.version ?? null, { lead: 'a again' })).toBe(false)
  expect((await a.leases.read('lead'))?.value).toEqual({ lead: 'b' })
})

it('refuses whoever decided by what it read before a change of its own machine', async () => {
  const { hub, a } = await rooms()
  await a.leases.compareAndSet('lead', null, { lead: 'one' })
  const before = (await a.leases.read('lead'))?.version ?? null
  expect(await a.leases.compareAndSet('lead', before, { lead: 'two' })).toBe(true)
  expect(await a.leases.compareAndSet('lead', before, { lead: 'three' })).toBe(false)
  expect(await a.leases.compareAndSet('lead', null, { lead: 'three' })).toBe(false)
  for (const room of [hub, a]) expect((await room.leases.read('lead'))?.value).toEqual({ lead: 'two' })
})

it('does not mind that each store orders keys its own way', async () => {
  const { open } = await rooms()
  const [home, hub] = [await open('/e'), await open('/hub-e')]
  await home.leases.compareAndSet('lead', null, { b: { y: 1, x: 2 }, a: 1 })
  await hub.leases.compareAndSet('lead', null, { a: 1, b: { x: 2, y: 1 } })
  const room = withServerLeases(home, async () => hub)
  expect(await room.leases.compareAndSet('lead', (await room.leases.read('lead'))?.version ?? null, null)).toBe(true)
  expect(await hub.leases.read('lead')).toBeUndefined()
})

it('lets one of many win', async () => {
  const { hub, a, b } = await rooms()
  const claims = Array.from({ length: 16 }, (_, n) => (n % 2 ? a : b).leases.compareAndSet('lead', null, { n }))
  expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1)
  expect(await hub.leases.read('lead')).toBeDefined()
})

it('refuses to decide while the server cannot be reached, and still answers readers', async () => {
  const { open } = await rooms()
  const home = await open('/c')
  await home.leases.compareAndSet('lead', null, { lead: 'x' })
  const room = withServerLeases(home, () =>
    Promise.reject(new RallyError('SERVER_UNREACHABLE', { server: 's', reason: 'r' })),
  )
  expect((await room.leases.read('lead'))?.value).toEqual({ lead: 'x' })
  await expect(room.leases.compareAndSet('lead', '1', null)).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' })
  expect((await home.leases.read('lead'))?.value).toEqual({ lead: 'x' })
})

it('leaves a channel alone that is not relayed', async () => {
  const { open } = await rooms()
  const room = withServerLeases(await open('/d'), async () => undefined)
  expect(await room.leases.compareAndSet('lead', null, { lead: 'd' })).toBe(true)
})

it('grants claims of files on the server: one machine gets them, the other hears who has them', async () => {
  const { hub, a, b } = await rooms()
  const world = await createTestRoom()
  const as = (transport: Transport, sessionId: string, host: string) => ({
    ...world,
    transport,
    session: testSession({ sessionId, host }),
  })
  const [one, two] = [as(a, 'one', 'h1'), as(b, 'two', 'h2')]
  const answers = await Promise.all([
    claimFiles(one, { patterns: ['src/**'] }),
    claimFiles(two, { patterns: ['src/a.ts'] }),
  ])
  expect(answers.filter(({ claimed }) => claimed)).toHaveLength(1)
  expect((await hub.leases.read('claims'))?.value).toMatchObject({ fence: 1, claims: [{ id: 'c1' }] })
  const loser = answers[0]?.claimed ? two : one
  expect(await claimFiles(loser, { patterns: ['src/a.ts'] })).toMatchObject({ claimed: false })
  expect(await claimFiles(loser, { patterns: ['lib/'] })).toMatchObject({ claimed: true, claim: { fence: 2 } })
})
