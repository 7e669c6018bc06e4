import { expect, it } from 'vitest'
import { createSessionRoom } from '../../testing/session-room.js'
import { postRecord } from '../log/post-record.js'
import { retractRecord } from '../log/retract-record.js'
import { findOpenHandoffs } from './find-open-handoffs.js'
import { handOff } from './hand-off.js'

const ownership = {
  owns: ['a.js'],
  does_not_own: [],
  allowed_tools: [],
  denied_tools: [],
  interface_contract: 'f(x) is pure',
  integration_checkpoint: 'tests pass',
}

it('a handoff is open until a record names it, or until it is taken back', async () => {
  const room = await createSessionRoom()
  const post = async (session: string) => {
    const result = await handOff(room.as(session), { to: 'codex', message: 'take it', ownership })
    return result.accepted ? (result.sent.eventId ?? '') : ''
  }
  const [first, second, third] = [await post('s1'), await post('s1'), await post('s2')]
  const open = async (sessionId?: string) =>
    (await findOpenHandoffs(room.as('s1'), { sessionId })).map(({ event_id }) => event_id)
  expect(await open()).toEqual([first, second, third])
  expect(await open('s1')).toEqual([first, second])
  await postRecord(room.as('s2'), { kind: 'feedback', payload: { ref: first } })
  await retractRecord(room.as('s1'), { fact: second, reason: 'not needed' })
  expect(await open('s1')).toEqual([])
  expect(await findOpenHandoffs(room.as('s1'), { tool: 'nobody' })).toEqual([])
})

it('an announcement of ownership is no work to settle, and details never replace the contract', async () => {
  const room = await createSessionRoom()
  const details = { action: 'rally-point', summary: 'here', ownership: 'forged', session_id: 'forged' }
  await handOff(room.as('s1'), { ownership, details })
  expect(await findOpenHandoffs(room.as('s1'))).toEqual([])
  const [record] = await room.transport.log.latest(1)
  expect(record?.payload).toMatchObject({ action: 'rally-point', ownership, session_id: 's1' })
})
