import { describe, expect, it } from 'vitest'
import { createTestRoom, testPresence, testRecord, testSession } from '../../testing/test-room.js'
import { checkpointRead } from './checkpoint-read.js'

async function asked() {
  const room = await createTestRoom()
  return { room, ctx: { ...room, session: testSession() } }
}
const write = (room: Awaited<ReturnType<typeof createTestRoom>>, from: number, to: number, over = {}) => {
  for (let revision = from; revision <= to; revision++) room.transport.plant.record(testRecord({ revision, ...over }))
}

it('tells each change once, and the peers every time', async () => {
  const { room, ctx } = await asked()
  room.transport.plant.presence('s1', testPresence({ session_id: 's1' }))
  room.transport.plant.presence('s2', testPresence())
  write(room, 1, 3)
  const first = await checkpointRead(ctx)
  expect(first).toMatchObject({ session_id: 's1', revision: 3, changed: true, truncated: false, reactions: [] })
  expect(first.new_changes.map(({ revision }) => revision)).toEqual([1, 2, 3])
  const second = await checkpointRead(ctx)
  expect(second).toMatchObject({ changed: false, new_changes: [], active_peers: [{ session_id: 's2' }] })
  write(room, 4, 4)
  expect((await checkpointRead(ctx)).new_changes.map(({ revision }) => revision)).toEqual([4])
})

it('keeps the position of a session that has no presence, as a mere reader', async () => {
  const { room, ctx } = await asked()
  write(room, 1, 1)
  await checkpointRead(ctx)
  expect(await room.transport.sessions.get('s1')).toMatchObject({ tool: 'reader', cursor: { revision: 1 } })
  expect((await checkpointRead(ctx)).changed).toBe(false)
})

it('writes nothing when there is nothing new', async () => {
  const { room, ctx } = await asked()
  await checkpointRead(ctx)
  expect(await room.transport.sessions.list()).toEqual([])
})

it('a look that keeps the position tells the same again', async () => {
  const { room, ctx } = await asked()
  write(room, 1, 1)
  await checkpointRead(ctx, { peek: true })
  expect((await checkpointRead(ctx)).changed).toBe(true)
})

describe('reactions', () => {
  it('say what a change asks for', async () => {
    const { room, ctx } = await asked()
    write(room, 1, 2, { kind: 'dep-change' })
    write(room, 3, 3, { kind: 'arch-scan-complete' })
    expect((await checkpointRead(ctx)).reactions).toEqual([
      { type: 'reinstall', action: 'reinstall', revisions: [1, 2] },
      { type: 're-baseline', action: 're-baseline', revisions: [3] },
    ])
  })

  it('name peers that have our files in flight', async () => {
    const { room, ctx } = await asked()
    room.transport.plant.presence('s2', testPresence({ files_in_flight: ['a', 'b'] }))
    room.transport.plant.presence(
      's3',
      testPresence({ session_id: 's3', files_in_flight: ['a'], branch_merge_status: 'merged', branch_name: 'feature' }),
    )
    const claim = { type: 'soft-claim', action: 'soft-claim' }
    expect((await checkpointRead(ctx, { files: ['a'] })).reactions).toEqual([
      { ...claim, severity: 'warning', reason: 'active_conflict', peer: 's2', name: 's2', files: ['a'] },
      { ...claim, severity: 'informational', reason: 'merged_residue', peer: 's3', name: 's3', files: ['a'] },
    ])
  })
})

describe('somebody who was away for long', () => {
  it('hears the newest changes, is told that there were more, and misses no reaction', async () => {
    const { room, ctx } = await asked()
    write(room, 1, 1, { kind: 'dep-change' })
    write(room, 2, 1000)
    const checkpoint = await checkpointRead(ctx)
    expect(checkpoint).toMatchObject({
      changed: true,
      truncated: true,
      reactions: [{ type: 'reinstall', revisions: [1] }],
    })
    expect(checkpoint.new_changes).toHaveLength(200)
    expect(checkpoint.new_changes.at(-1)).toMatchObject({ revision: 1000 })
    expect((await checkpointRead(ctx)).changed).toBe(false)
  })
})

it('reads the digest that another tool keeps in the channel', async () => {
  const { room, ctx } = await asked()
  room.git.texts.set('/apps/demo-app/arch/digest.json', '{"modules": 3}')
  expect((await checkpointRead(ctx)).arch_digest).toEqual({ modules: 3 })
  room.git.texts.set('/apps/demo-app/arch/digest.json', '{oops')
  expect((await checkpointRead(ctx)).arch_digest).toBeNull()
})

it('a change that was taken back is not told', async () => {
  const { room, ctx } = await asked()
  write(room, 1, 2)
  room.transport.plant.record(testRecord({ revision: 3, kind: 'retract', payload: { retracts: 'blf_1' } }))
  expect((await checkpointRead(ctx)).new_changes.map(({ revision }) => revision)).toEqual([2, 3])
})
