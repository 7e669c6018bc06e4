import { expect, it } from 'vitest'
import { createTestRoom, TEST_NOW, testRecord, testSession } from '../src/testing/test-room.js'
import { claimLead } from '../src/usecases/lead/claim-lead.js'
import { readLead } from '../src/usecases/lead/read-lead.js'
import { findDueWakes } from '../src/usecases/standby/find-due-wakes.js'
import { standBy } from '../src/usecases/standby/stand-by.js'
import { wake } from '../src/usecases/standby/wake.js'
import { postStatus } from '../src/usecases/status/post-status.js'
import { findStatusPointer } from '../src/usecases/status/read-status-pointer.js'

async function asked() {
  const room = await createTestRoom()
  return { room, ctx: { ...room, session: testSession() } }
}

it('a standby comes due when its time has come, for its owner, until somebody wakes it', async () => {
  const { room, ctx } = await asked()
  const { eventId } = await standBy(ctx, { reason: 'CI', wakeAfter: '+2h' })
  expect(await findDueWakes(ctx)).toEqual([])
  room.advance(7201)
  expect(await findDueWakes(ctx, { tool: 'claude_code' })).toMatchObject([{ standby_event_id: eventId, reason: 'CI' }])
  expect(await findDueWakes(ctx, { tool: 'codex' })).toEqual([])
  await wake(ctx, eventId)
  expect(await findDueWakes(ctx)).toEqual([])
})

it('a relative time that the Python system stored as it stood comes due, too', async () => {
  const { room, ctx } = await asked()
  const payload = { owner: "it's", wake_after: '+30m' }
  room.transport.plant.record(testRecord({ kind: 'standby', payload, ts: TEST_NOW - 1801 }))
  const [due] = await findDueWakes(ctx)
  expect(due?.suggested_command).toBe(`rally wake --tool 'it'\\''s' --ref-standby blf_1 --json`)
})

it('the newest status post counts, of anybody or of one tool only', async () => {
  const { room, ctx } = await asked()
  expect(await findStatusPointer(ctx)).toBeUndefined()
  await postStatus(ctx, { file: 'docs/a.md', committedSha: 'abc', summary: 'half way' })
  await postStatus({ ...ctx, session: testSession({ tool: 'codex' }) }, { file: 'b.md' })
  expect(await findStatusPointer(ctx)).toMatchObject({
    pointer: { file: 'b.md', committed_sha: null, tool: 'codex', revision: 2 },
    said: '',
    record: { kind: 'status', tool: 'codex', revision: 2, payload: { file: 'b.md' } },
  })
  expect(await findStatusPointer(ctx, { tool: 'claude_code' })).toMatchObject({
    pointer: { file: 'docs/a.md', committed_sha: 'abc', summary: 'half way [file=docs/a.md sha=abc]' },
    said: 'half way',
  })
  expect(await findStatusPointer(ctx, { tool: 'nobody' })).toBeUndefined()
  const takeBack = testRecord({
    kind: 'retract',
    revision: 3,
    payload: { retracts: (await findStatusPointer(ctx))?.record?.event_id },
  })
  room.transport.plant.record(takeBack)
  expect(await findStatusPointer(ctx)).toMatchObject({ pointer: { file: 'docs/a.md' } })
})

it('a status post that a native store gave another kind is found by its subject, whole and from its text', async () => {
  const { room, ctx } = await asked()
  const summary = `${'long '.repeat(500)}[file=/abs/CURRENT.md sha=]`
  room.transport.plant.record(testRecord({ kind: 'artifact', subject: 'status', payload: { summary } }))
  room.transport.plant.record(testRecord({ kind: 'artifact', subject: 'else', revision: 2, payload: { summary } }))
  expect(await findStatusPointer(ctx)).toMatchObject({
    pointer: { file: '/abs/CURRENT.md', committed_sha: null, summary, revision: 1 },
    record: { kind: 'artifact', payload: { summary } },
  })
})

it('a lead is valid until its time is over', async () => {
  const { room, ctx } = await asked()
  expect(await readLead(ctx)).toEqual({ lease: null, seat: { state: 'empty' }, valid: false })
  await claimLead(ctx)
  expect((await readLead(ctx)).valid).toBe(true)
  room.advance(901)
  expect(await readLead(ctx)).toMatchObject({ valid: false, seat: { state: 'expired', sessionId: 's1' } })
  room.transport.plant.lease('lead', { lead: { session_id: 'x', lease_until: 'whenever' } })
  expect(await readLead(ctx)).toMatchObject({ valid: false, lease: { lead: { session_id: 'x' } } })
})
