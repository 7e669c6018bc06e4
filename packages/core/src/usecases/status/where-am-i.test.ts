import { expect, it } from 'vitest'
import { createTestRoom, testSession } from '../../testing/test-room.js'
import { writeInbox } from '../inbox/write-inbox.js'
import { announcePresence } from '../presence/announce-presence.js'
import { gatherRoom } from './gather-room.js'
import type { StatusContext } from './status-input.js'
import { whereAmI as whereWith } from './where-am-i.js'

const whereAmI = async (ctx: StatusContext) => whereWith(ctx, await gatherRoom(ctx, {}))

it('knows nobody in an empty room, and creates nothing', async () => {
  const room = await createTestRoom()
  expect(await whereAmI(room)).toMatchObject({
    session_id: null,
    task: null,
    peers: [],
    revision: 0,
    inbox_unread_count: 0,
  })
  expect(await room.transport.sessions.list()).toEqual([])
})

it('tells you, your peers newest first, and what is unread', async () => {
  const room = await createTestRoom()
  const me = { ...room, session: testSession() }
  const peer = { ...room, session: testSession({ sessionId: 'peer', tool: 'other' }) }
  await announcePresence(me, { task: 'mine' })
  room.advance(5)
  await announcePresence(peer, { task: 'theirs' })
  await writeInbox(peer, { from: 'other', to: me.session.tool, payload: { text: 'hello' } })
  const where = await whereAmI(me)
  expect(where).toMatchObject({ session_id: me.session.sessionId, task: 'mine', inbox_unread_count: 1 })
  expect(where.peers.map(({ session_id, task }) => [session_id, task])).toEqual([['peer', 'theirs']])
})

it('does not count sessions that fell silent', async () => {
  const room = await createTestRoom()
  await announcePresence({ ...room, session: testSession({ sessionId: 'old' }) }, { task: 'x' })
  room.advance(3600)
  expect((await whereAmI(room)).peers).toEqual([])
})

it('leaves out yourself and the silent, and puts the newest peer first', async () => {
  const room = await createTestRoom()
  for (const [sessionId, wait] of [
    ['silent', 3600],
    ['older', 1],
    ['me', 1],
    ['newer', 1],
  ] as const) {
    await announcePresence({ ...room, session: testSession({ sessionId }) }, { task: sessionId })
    room.advance(wait)
  }
  const where = await whereAmI({ ...room, session: testSession({ sessionId: 'me', tool: 'codex' }) })
  expect(where.peers.map(({ session_id }) => session_id)).toEqual(['newer', 'older'])
  expect(where).toMatchObject({ session_id: 'me', tool: 'codex', task: 'me' })
})
