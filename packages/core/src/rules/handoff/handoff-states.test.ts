import { beforeEach, expect, it } from 'vitest'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { TEST_NOW } from '../../testing/test-room.js'
import { isMeant, listHandoffs } from '../../usecases/handoff/list-handoffs.js'
import { stateOf } from './handoff-states.js'

let room: SessionRoom
beforeEach(async () => {
  room = await createSessionRoom()
})
const post = (kind: string, payload: Record<string, unknown>) => {
  const writer = { tool: 'codex', model: 'm', run_id: 'r', app_slug: 'demo-app' }
  return room.transport.log.append({ ...writer, kind, payload, ts: TEST_NOW })
}
const states = async (all = false) => (await listHandoffs(room.as('a1'), { all })).map(stateOf)

it('those that are settled are listed only when all are wanted', async () => {
  const { eventId: id } = await post('handoff', { to: 'codex', summary: 'one' })
  await post('handoff', { to: 'codex', summary: 'two' })
  expect(await states()).toEqual(['open', 'open'])
  await post('feedback', { ref: id, message: 'done' })
  expect(await states()).toEqual(['open'])
  expect(await states(true)).toEqual(['done', 'open'])
  // What was settled stays so, whatever refers to it later.
  await post('feedback', { ref: id, verdict: 'declined' })
  expect(await states(true)).toEqual(['done', 'open'])
})

it('is meant for whom it names: a session, its tool, or whoever takes it', () => {
  const meant = (to: string, to_session_id: string | null, session: Record<string, string> = {}) =>
    isMeant({ to, to_session_id } as never, { session: { sessionId: 'a1', tool: 'claude_code', ...session } as never })
  expect([meant('peer', null), meant('all', null), meant('claude_code', null), meant('codex', null)]).toEqual([
    ...[true, true, true],
    false,
  ])
  expect([meant('claude_code', 'a1'), meant('claude_code', 'a2')]).toEqual([true, false])
  expect(meant('codex', 'c1', { sessionId: 'human.ann', tool: 'human' })).toBe(true)
})
