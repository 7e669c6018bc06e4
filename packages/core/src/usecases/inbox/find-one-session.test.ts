import { beforeEach, expect, it } from 'vitest'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { announcePresence } from '../presence/announce-presence.js'
import { leaveRoom } from '../presence/leave-room.js'
import { candidatesOf } from '../roster/candidates.js'
import { findOneSession } from './find-one-session.js'

let room: SessionRoom
const as = (id: string) => room.as(id, { tool: id.startsWith('c') ? 'codex' : 'claude_code' })
beforeEach(async () => {
  room = await createSessionRoom()
  for (const id of ['a1', 'c1']) await announcePresence(as(id))
})

it('one session is meant by its id, its name, and its tool where it is the only one', async () => {
  for (const word of ['c1', 'codex-1', 'codex']) {
    expect(await findOneSession(as('a1'), word), word).toEqual({ sessionId: 'c1', name: 'codex-1' })
  }
})

it('also one that has left, by its id or the name that it had; and the asker itself by name', async () => {
  await leaveRoom(as('c1'))
  for (const word of ['c1', 'codex-1']) {
    expect(await findOneSession(as('a1'), word), word).toEqual({ sessionId: 'c1', name: 'codex-1' })
  }
  expect(await findOneSession(as('a1'), 'claude-code-1')).toMatchObject({ sessionId: 'a1' })
})

it('of a tool that the asker is of, the other one is meant', async () => {
  await announcePresence(as('c2'))
  expect(await findOneSession(as('c2'), 'codex')).toEqual({ sessionId: 'c1', name: 'codex-1' })
})

it('where several may be meant, they are named, and how to name one', async () => {
  await announcePresence(as('c2'))
  await expect(findOneSession(as('a1'), 'codex')).rejects.toMatchObject({
    code: 'USAGE',
    message: '"codex" may be any of codex-1, codex-2',
    hint: 'name one of them: --to codex-1',
  })
})

it('a tool of which nobody else is here is nobody', async () => {
  await expect(findOneSession(as('c1'), 'codex')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

it('candidates are shown by name and tool; one without a record keeps its id', async () => {
  const all = await candidatesOf(room, ['c1', 'nobody'])
  expect(all).toMatchObject([
    { session_id: 'c1', name: 'codex-1', tool: 'codex' },
    { session_id: 'nobody', name: 'nobody', tool: '' },
  ])
  expect(await candidatesOf(room, [])).toEqual([])
})
