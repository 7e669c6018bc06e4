import { beforeEach, describe, expect, it } from 'vitest'
import { machineReceiptsSchema } from '../../model/machine-receipts.js'
import type { TellingRecord } from '../../model/telling.js'
import { parseReceipts } from '../../rules/inbox/parse-receipts.js'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { TEST_NOW } from '../../testing/test-room.js'
import { postRecord } from '../log/post-record.js'
import { announcePresence } from '../presence/announce-presence.js'
import { leaveRoom } from '../presence/leave-room.js'
import { ackInbox } from './ack-inbox.js'
import { address } from './address.js'
import { findMessage } from './find-message.js'
import { readOwnReceipts } from './own-receipts.js'
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
  it('is known of people who once said something, where it went to any person', async () => {
    const ann = room.as('human.ann', { tool: 'human' })
    const id = await tell('human')
    expect(rungs(await traceMessage(as('a1'), id))).toEqual({})
    await say(ann, { to: await address(ann, 'codex'), text: 'hello' })
    expect(rungs(await traceMessage(as('a1'), id))).toEqual({ ann: 'stored' })
    await ackInbox(ann)
    expect(rungs(await traceMessage(as('a1'), id))).toEqual({ ann: 'acked' })
    // What a person says to all people is no news to that person, and nothing else is for people.
    const own = await say(ann, { to: await address(ann, 'human'), text: 'x' })
    expect(rungs(await traceMessage(as('a1'), own.messageId))).toEqual({})
    expect(rungs(await traceMessage(as('a1'), await tell('codex')))).toEqual({
      'codex-1': 'stored',
      'codex-2': 'stored',
    })
  })

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
        ...{
          session_id: 'c1',
          name: 'codex-1',
          tool: 'codex',
          rung: 'answered',
          machine: null,
          reported_at: null,
          gone_at: null,
        },
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
        ...{
          session_id: 'c2',
          name: 'codex-2',
          tool: 'codex',
          rung: 'stored',
          machine: null,
          reported_at: null,
          gone_at: null,
        },
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

describe('how far a message got on another machine', () => {
  const never = { told_at: null, told_times: 0, rung_at: null, acked_at: null, answered_at: null, gone_at: null }
  const report = async (at: number, message: string, facts: object) => {
    const receipt = { message, session_id: 'c9', name: 'codex-9', tool: 'codex', ...never, ...facts }
    await room.as('a1').transport.receipts.put({ machine: 'far', at, receipts: [receipt] })
  }
  const rowOf = async (id: string) =>
    (await traceMessage(as('a1'), id)).recipients.find((one) => one.name === 'codex-9')

  it('is what that machine reported last, with the time of the report', async () => {
    const id = await tell('codex')
    expect(await rowOf(id)).toBeUndefined()
    await report(TEST_NOW + 3, id, {})
    expect(await rowOf(id)).toMatchObject({ rung: 'stored', machine: 'far', reported_at: TEST_NOW + 3 })
    await report(TEST_NOW + 9, id, { told_at: TEST_NOW + 8, told_times: 2, rung_at: TEST_NOW + 7 })
    const told = { rung: 'told', told_at: TEST_NOW + 8, told_times: 2, rung_at: TEST_NOW + 7, tool: 'codex' }
    expect(await rowOf(id)).toMatchObject(told)
    await report(TEST_NOW + 20, id, { told_at: TEST_NOW + 8, acked_at: TEST_NOW + 19, gone_at: TEST_NOW + 20 })
    expect(await rowOf(id)).toMatchObject({ rung: 'acked', gone_at: TEST_NOW + 20 })
    // Another message is another matter, and what is reported of one of ours counts for nothing.
    expect(await rowOf(await tell('codex'))).toBeUndefined()
  })

  it('is gone only where that machine says so', async () => {
    const id = await tell('codex')
    await report(TEST_NOW + 3, id, { gone_at: TEST_NOW + 2 })
    expect(await rowOf(id)).toMatchObject({ rung: 'gone' })
    await report(TEST_NOW + 4, id, {})
    expect(await rowOf(id)).toMatchObject({ rung: 'stored' })
  })

  it('is what this machine reports to the others: theirs also while they only lie here, ours once something happened', async () => {
    const own = await tell('codex')
    expect(await readOwnReceipts(as('a1'))).toEqual([])
    told('c1', own, TEST_NOW + 5)
    const { log } = room.as('a1').transport
    await log.append({
      ...{ kind: 'message', tool: 'claude_code', model: 'm', run_id: 'r', app_slug: 'app', ts: TEST_NOW },
      payload: { message: 'theirs', to: 'codex', to_session_id: 'c2', message_id: 'm-theirs', session_id: 'a9' },
      origin: { machine: 'far', epoch: 'e', position: 1 },
    })
    const receipts = await readOwnReceipts(as('a1'))
    expect(receipts.map(({ message, session_id, told_at }) => [message, session_id, told_at])).toEqual([
      ['m-theirs', 'c2', null],
      [own, 'c1', TEST_NOW + 5],
    ])
    room.clock.set(TEST_NOW + 8 * 24 * 3600)
    expect(await readOwnReceipts(as('a1'))).toEqual([])
  })
})

it('a report that was stored in any shape is read as what can be used of it', () => {
  expect(parseReceipts(undefined)).toBeUndefined()
  expect(parseReceipts({ machine: 'm', at: '1', receipts: [] })).toBeUndefined()
  const read = parseReceipts({
    machine: 'm',
    at: 1,
    receipts: [null, {}, { message: 'x', session_id: 's', told_at: 'y' }],
  })
  expect(read?.receipts).toEqual([
    {
      ...{ message: 'x', session_id: 's', name: 's', tool: 'unknown', told_at: null, told_times: 0, rung_at: null },
      ...{ acked_at: null, answered_at: null, gone_at: null },
    },
  ])
  expect(machineReceiptsSchema.safeParse(read).success).toBe(true)
})

it('what a session sent is its own; an unknown number is not found', async () => {
  await tell('codex', 'mine')
  await tell('claude_code', 'theirs', 'c1')
  expect((await readSent(as('a1'), ['a1'])).map(({ message }) => message.text)).toEqual(['mine'])
  expect(await readSent(as('c2'), ['c2'])).toEqual([])
  for (let i = 0; i < 4; i++) await tell('codex', `more ${i}`)
  expect((await readSent(as('a1'), ['a1'], { limit: 2 })).map(({ message }) => message.text)).toEqual([
    'more 2',
    'more 3',
  ])
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
  // What it answers may be gone: then it begins with the answer. A message is also known by its own id.
  const { messageId } = await say(as('c1'), { to: await address(as('c1'), 'a1'), text: 'late' })
  const { log } = room.transport
  const late = (await readThread(as('c1'), ` ${messageId} `)).map(({ message }) => message.text)
  expect([late, (await log.latest(1))[0]?.payload.message_id]).toEqual([['late'], messageId])
})

it('who answered something else, or wrote to the same tool, is no recipient', async () => {
  await announcePresence(as('a2'))
  await tell('codex', 'one?')
  await tell('codex', 'another', 'a2')
  const replyTo = await findMessage(as('a2'), '2')
  await say(as('a2'), { to: await address(as('a2'), 'codex'), text: 'more', replyTo })
  expect(rungs(await traceMessage(as('a1'), '1'))).toEqual({ 'codex-1': 'stored', 'codex-2': 'stored' })
})

it('a thread begins with the oldest message that is still there, and ends where messages answer each other in a circle', async () => {
  const log = (message: string, message_id: string, reply_to?: string) =>
    room.as('c1').transport.log.append({
      ...{ kind: 'message', tool: 'codex', model: 'm', run_id: 'r', app_slug: 'app', ts: TEST_NOW },
      payload: { message, to: 'all', message_id, reply_to },
    })
  await log('an answer', 'second', 'archived long ago')
  await log('its answer', 'third', 'second')
  for (const from of ['second', ' third '])
    expect((await readThread(as('c1'), from)).map(({ message }) => message.text)).toEqual(['an answer', 'its answer'])
  await log('tick', 'tick', 'tock')
  await log('tock', 'tock', 'tick')
  expect((await readThread(as('c1'), 'tick')).map(({ message }) => message.text)).toEqual(['tick', 'tock'])
})
