import { expect, it } from 'vitest'
import { RallyError } from '../../errors.js'
import { createMemoryTransports } from '../../testing/memory-transport.js'
import { createTestRoom, TEST_NOW, testPresence } from '../../testing/test-room.js'
import { buildRoster } from './build-roster.js'

async function house() {
  const { channel, clock, ids } = await createTestRoom()
  const transports = createMemoryTransports(ids)
  const channels = ['demo-app', 'beta', 'broken'].map((app) => ({ ...channel, app, dir: `/apps/${app}` }))
  const [demo, beta] = channels
  if (demo === undefined || beta === undefined) throw new Error('no channels')
  const put = async (where: typeof demo, over: Parameters<typeof testPresence>[0]) =>
    (await transports.open(where)).sessions.put(testPresence(over))
  await put(demo, { session_id: 'a' })
  await put(beta, { session_id: 'b', parent: 'a' })
  await put(beta, { session_id: 'old', last_seen: TEST_NOW - 500 })
  const ctx = {
    clock,
    discovery: {
      resolve: async () => demo,
      list: async () => channels,
    },
    transports: {
      open: async (where: typeof demo) => {
        if (where.app === 'broken') throw new RallyError('READ_FAILED', { path: where.dir, reason: 'EACCES' })
        return transports.open(where)
      },
    },
  }
  return ctx
}

it('shows all channels as one tree, and what could not be read', async () => {
  const roster = await buildRoster(await house())
  expect(roster).toMatchObject({ live_count: 2, stale_count: 1, stale_secs: 120, generated_ts: TEST_NOW })
  expect(roster.agents).toMatchObject([
    { session_id: 'a', app: 'demo-app', children: [{ session_id: 'b', app: 'beta' }] },
  ])
  expect(roster.unreadable).toMatchObject([{ app: 'broken' }])
})

it('says who leads in each channel', async () => {
  const ctx = await house()
  const [, beta] = await ctx.discovery.list()
  if (beta === undefined) throw new Error('no channel')
  const lead = {
    lead: { session_id: 'b', tool: 'codex', lease_until: new Date((TEST_NOW + 600) * 1000).toISOString() },
  }
  await (await ctx.transports.open(beta)).leases.compareAndSet('lead', null, lead)
  expect((await buildRoster(ctx)).leads).toEqual({ beta: 'b' })
})

it('shows one channel, or the silent ones too', async () => {
  const ctx = await house()
  expect((await buildRoster(ctx, { app: 'beta' })).agents.map(({ session_id }) => session_id)).toEqual(['b'])
  const all = await buildRoster(ctx, { app: 'beta', all: true })
  expect(all).toMatchObject({ live_count: 1, stale_count: 1 })
  expect(all.agents.map(({ session_id, stale }) => `${session_id} ${stale}`)).toEqual(['b false', 'old true'])
  expect((await buildRoster(ctx, { staleSecs: 600 })).live_count).toBe(3)
})

it('shows each agent as the picture of its room has it: whether it lives, what it works on, what it holds', async () => {
  const ctx = await house()
  const last = TEST_NOW - 20
  const entry = { tool: 'codex', worktree: '/r', since: last, last, order: 0 }
  const activity = () => ({
    inFlight: async (now: number) => [
      { ...entry, sessionId: 'b', path: 'old.ts', last: now - 60 },
      { ...entry, sessionId: 'b', path: 'new.ts' },
    ],
  })
  const { agents } = await buildRoster({ ...ctx, activity }, { app: 'beta', all: true })
  expect(agents).toMatchObject([
    { session_id: 'b', state: 'working', stale: false, files: ['new.ts', 'old.ts'], claims: [] },
    // Not listed, because no hook keeps it and it was silent for longer than the existing readers wait.
    { session_id: 'old', state: 'working', stale: true, files: [] },
  ])
  const [first] = (await buildRoster({ ...ctx, activity }, { app: 'demo-app' })).agents
  // Nobody said anything: its phase stands in the place of a task.
  expect(first).toMatchObject({ task: 'execute', doing: 'execute', files: [] })
})
