import { expect, it } from 'vitest'
import { personNotices } from '../../rules/picture/person-notices.js'
import { createSessionRoom } from '../../testing/session-room.js'
import { TEST_NOW } from '../../testing/test-room.js'
import { ackInbox } from '../inbox/ack-inbox.js'
import { address } from '../inbox/address.js'
import { say } from '../inbox/say.js'
import { drawPicture } from '../picture/draw-picture.js'
import { announcePresence } from '../presence/announce-presence.js'
import { gatherRoom } from '../status/gather-room.js'
import { reportHeartbeat } from './report-heartbeat.js'
import { taskNotices } from './task-notices.js'

it('a person hears of tasks that fell silent or are stuck, whoever works on them, and of no others', async () => {
  const room = await createSessionRoom()
  for (const id of ['s1', 's2', 's3', 's4']) await announcePresence(room.as(id))
  await reportHeartbeat(room.as('s1'), { taskRef: 'T-1', intervalSeconds: 60 })
  await reportHeartbeat(room.as('s2'), { taskRef: 'T-2', status: 'blocked', attentionReason: 'x' })
  await reportHeartbeat(room.as('s3'), { taskRef: 'T-3', intervalSeconds: 3600 })
  const told = async () => (await taskNotices(room.as('s4'), { graceSeconds: 0 })).map(({ kind, text }) => [kind, text])
  expect(await told()).toEqual([['blocked', 'claude-code-2: task T-2 is blocked']])
  room.clock.set(TEST_NOW + 120)
  expect(await told()).toEqual([
    ['silent', 'claude-code-1: task T-1 has not checked in in time'],
    ['blocked', 'claude-code-2: task T-2 is blocked'],
  ])
})

it('an ask waits for whom it names until it is acknowledged, with the command that answers', async () => {
  const room = await createSessionRoom()
  for (const id of ['s1', 's2']) await announcePresence(room.as(id))
  const asked = async (id: string) => {
    const { verdict, questions, agents } = drawPicture(room.as(id), await gatherRoom(room.as(id), {}))
    const name = agents.find(({ session_id }) => session_id === id)?.name
    // As those of a person, whose name no agent has.
    return personNotices({ verdict, questions: questions.filter(({ to }) => to === name), agents: [] })
  }
  const to = await address(room.as('s1'), 's2')
  await say(room.as('s1'), { to, text: 'hello' })
  expect(await asked('s2')).toEqual([])
  const { messageId } = await say(room.as('s1'), { to, text: 'may I?', asks: true })
  const ask = { kind: 'asked', key: `asked ${messageId}`, text: 'claude-code-1 asks: may I? (rally reply 2 "…")' }
  expect(await asked('s2')).toEqual([ask])
  expect(await asked('s1')).toEqual([])
  await ackInbox(room.as('s2'))
  expect(await asked('s2')).toEqual([])
})
