import { beforeEach, describe, expect, it } from 'vitest'
import type { TellingRecord } from '../../model/telling.js'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { TEST_NOW } from '../../testing/test-room.js'
import { postRecord } from '../log/post-record.js'
import { announcePresence } from '../presence/announce-presence.js'
import { leaveRoom } from '../presence/leave-room.js'
import { ackInbox } from './ack-inbox.js'
import { address } from './address.js'
import { findMessage } from './find-message.js'
import { readSent, readThread, type Traced, traceMessage } from './read-sent.js'
import { say } from './say.js'

let room: SessionRoom
let tellings: TellingRecord[]
const as = (id: string) => ({
  ...room.as(id, { tool: id.startsWith('c') ? 'codex' : 'claude_code' }),
  activity: {
    inFlight: async () => [],
    prompts: async () => new Map(),
    warnings: async () => [],
    tellings: async () => tellings,
  },
})
beforeEach(async () => {
  room = await createSessionRoom()
  tellings = []
  for (const id of ['c1', 'c2', 'a1']) await announcePresence(as(id))
})
const tell = async (who: string, text = 'x', from = 'a1') =>
  (await say(as(from), { to: await address(as(from), who), text })).messageId
const told = (session: string, id: string, at: number, context = 0) => {
  const none = { reasons: ['message'], records: [], files: [], peers: [], text: '' }
  const tool = session.startsWith('c') ? 'codex' : 'claude_code'
  tellings.push({ at, session, name: null, tool, context, moment: 'prompt', messages: [id], ...none })
}
const rungs = ({ recipients }: Traced) => Object.fromEntries(recipients.map((row) => [row.name, row.rung]))

describe('how far a message got', () => {
  it('is what happened, for each recipient by itself, with times', async () => {
    const id = await tell('codex')
    expect(rungs(await traceMessage(as('a1'), id))).toEqual({ 'codex-1': 'stored', 'codex-2': 'stored' })
    told('c1', id, TEST_NOW + 5)
    told('c1', id, TEST_NOW + 9, 1)
    told('a1', id, TEST_NOW + 6)
    room.clock.set(TEST_NOW + 20)
    await ackInbox(as('c1'))
    room.clock.set(TEST_NOW + 30)
    await say(as('c1'), { to: await address(as('c1'), 'a1'), text: 'done', replyTo: await findMessage(as('c1'), '1') })
    const traced = await traceMessage(as('a1'), '1')
    expect(traced.recipients).toEqual([
      {
        ...{ session_id: 'c1', name: 'codex-1', tool: 'codex', rung: 'answered', machine: null, gone_at: null },
        ...{
          rung_at: null,
          told_at: TEST_NOW + 5,
          told_times: 2,
          acked_at: TEST_NOW + 20,
          answered_at: TEST_NOW + 30,
          answer: 2,
        },
      },
      {
        ...{ session_id: 'c2', name: 'codex-2', tool: 'codex', rung: 'stored', machine: null, gone_at: null },
        ...{ rung_at: null, told_at: null, told_times: 0, acked_at: null, answered_at: null, answer: null },
      },
    ])
  })

  it('of one session says nothing of others; an acknowledgement before it came is none', async () => {
    await ackInbox(as('c1'))
    const id = await tell('codex-1')
    told('c2', await tell('codex-2'), TEST_NOW + 1)
    expect(rungs(await traceMessage(as('a1'), id))).toEqual({ 'codex-1': 'stored' })
    // A reader of the existing system acknowledges without being told.
    await ackInbox(as('c1'))
    const { recipients } = await traceMessage(as('a1'), id)
    expect(recipients).toMatchObject([{ rung: 'acked', told_at: null, acked_at: TEST_NOW }])
  })

  it('ends with gone where the recipient left before it was told, and goes on when it comes back', async () => {
    const [one, two] = [await tell('codex-1'), await tell('codex-2')]
    told('c2', two, TEST_NOW + 1)
    room.clock.set(TEST_NOW + 60)
    for (const id of ['c1', 'c2']) await leaveRoom(as(id))
    expect(rungs(await traceMessage(as('a1'), one))).toEqual({ 'codex-1': 'gone' })
    expect((await traceMessage(as('a1'), one)).recipients).toMatchObject([{ gone_at: expect.any(Number) }])
    expect(rungs(await traceMessage(as('a1'), two))).toEqual({ 'codex-2': 'told' })
    await announcePresence(as('c1'))
    expect(rungs(await traceMessage(as('a1'), one))).toEqual({ 'codex-1': 'stored' })
  })

  it('reaches everybody but the sender, and a session that came later once it was told', async () => {
    const id = await tell('all')
    await announcePresence(as('c3'))
    told('c3', id, TEST_NOW + 3)
    expect(rungs(await traceMessage(as('a1'), id))).toEqual({
      'codex-1': 'stored',
      'codex-2': 'stored',
      'codex-3': 'told',
    })
  })

  it('of a handoff is answered by a record that refers to it', async () => {
    const ownership = {
      ...{ owns: ['a.js'], does_not_own: [], allowed_tools: [], denied_tools: [] },
      ...{ interface_contract: 'f', integration_checkpoint: 't' },
    }
    const posted = await postRecord(as('a1'), {
      kind: 'handoff',
      to: 'codex',
      toSessionId: 'c1',
      payload: { ownership },
    })
    await postRecord(as('c1'), { kind: 'feedback', payload: { ref: posted.eventId } })
    expect((await traceMessage(as('a1'), '1')).recipients).toMatchObject([{ rung: 'answered', answer: 2 }])
  })
})

it('what a session sent is its own; an unknown number is not found', async () => {
  await tell('codex', 'mine')
  await tell('claude_code', 'theirs', 'c1')
  expect((await readSent(as('a1'))).map(({ message }) => message.text)).toEqual(['mine'])
  expect(await readSent(as('c2'))).toEqual([])
  for (let i = 0; i < 4; i++) await tell('codex', `more ${i}`)
  expect((await readSent(as('a1'), { limit: 2 })).map(({ message }) => message.text)).toEqual(['more 2', 'more 3'])
  await expect(traceMessage(as('a1'), '99')).rejects.toMatchObject({ code: 'NOT_FOUND', exit: 3 })
})

it('a thread is the message, what it answers and all that was answered to it', async () => {
  const answer = async (from: string, to: string, number: string, text: string) =>
    say(as(from), { to: await address(as(from), to), text, replyTo: await findMessage(as(from), number) })
  await tell('codex', 'one?')
  await tell('codex', 'something else')
  await answer('c1', 'a1', '1', 'two')
  await answer('a1', 'c1', '3', 'three')
  await answer('c2', 'a1', '1', 'four')
  for (const from of ['1', '3', '4', '5'])
    expect((await readThread(as('c1'), from)).map(({ message }) => message.text)).toEqual([
      'one?',
      'two',
      'three',
      'four',
    ])
  expect(await readThread(as('c1'), '2')).toHaveLength(1)
})
