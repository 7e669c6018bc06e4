import { expect, it } from 'vitest'
import * as rally from './index.js'
import { createSessionRoom } from './testing/session-room.js'

it('offers the operations under the names of the existing system', async () => {
  const room = await createSessionRoom()
  const ctx = room.as('s1')
  await rally.writePresence(ctx, { task: 'cart' })
  await rally.writeHeartbeat(ctx, { taskRef: 'CART-1', progress: 'sums work' })
  expect(await rally.post(ctx, { kind: 'feedback', message: 'hello' })).toMatchObject({ revision: 1 })

  const lines = await ctx.transport.heartbeats.latest('claude_code', 's1')
  const health = rally.summarizeTaskHealth(lines, { now: ctx.clock.now(), sessionId: 's1', expectedRef: 'CART-1' })
  expect(health.health).toBe('current')

  expect(await rally.checkpointRead(room.as('s2'))).toMatchObject({
    changed: true,
    new_changes: [{ kind: 'feedback' }],
  })
  const discovery = { resolve: async () => ctx.channel, list: async () => [ctx.channel] }
  expect(await rally.resolve(discovery, '/w/demo-app')).toBe(ctx.channel)
})

it('tells failures apart by code', async () => {
  const failure = await rally.post((await createSessionRoom()).as('s1'), { kind: 'No Kind' }).catch((error) => error)
  expect(rally.isRallyError(failure) && failure.code).toBe('USAGE')
})
