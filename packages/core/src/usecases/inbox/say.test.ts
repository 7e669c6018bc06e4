import { beforeEach, describe, expect, it } from 'vitest'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { announcePresence } from '../presence/announce-presence.js'
import { ackInbox } from './ack-inbox.js'
import { address } from './address.js'
import { addressReply } from './address-reply.js'
import { findMessage } from './find-message.js'
import { openQuestions } from './open-questions.js'
import { countUnread, readInbox } from './read-inbox.js'
import { say } from './say.js'

let room: SessionRoom
beforeEach(async () => {
  room = await createSessionRoom()
  await announcePresence(codex())
  await announcePresence(claude())
})
const codex = () => room.as('c1', { tool: 'codex' })
const claude = () => room.as('a1')
const tell = async (text: string, more: { asks?: boolean; urgent?: boolean } = {}) =>
  say(claude(), { to: await address(claude(), 'codex-1'), text, ...more })
const reader = { tool: 'codex', sessionId: 'c1' }

describe('say', () => {
  it('answers whoever wrote; who answers a message of their own is heard by those whom it went to', async () => {
    await tell('may I?')
    const message = await findMessage(codex(), '1')
    expect(await addressReply(codex(), message)).toMatchObject({ to: 'claude_code', toSessionId: 'a1' })
    expect(await addressReply(claude(), message)).toMatchObject({ to: 'codex', toSessionId: 'c1' })
    await say(claude(), { to: await address(claude(), 'all'), text: 'freeze' })
    const broadcast = await addressReply(claude(), await findMessage(claude(), '2'))
    expect([broadcast.to, broadcast.toSessionId]).toEqual(['all', undefined])
  })

  it('stores who says it, to whom and in answer to what, in the box and in the log', async () => {
    const asked = await tell('may I?', { asks: true, urgent: true })
    const message = await findMessage(codex(), '1')
    expect(message).toMatchObject({ id: asked.messageId, number: 1, kind: 'ask', fromSessionId: 'a1', text: 'may I?' })
    for (const reference of ['#1', asked.eventId ?? '', asked.messageId])
      expect(await findMessage(codex(), reference)).toEqual(message)
    await say(codex(), { to: await address(codex(), 'a1'), text: 'yes', replyTo: message })
    const reply = (await room.transport.inbox.read('claude_code', 0))[0]?.message
    expect(reply).toMatchObject({
      kind: 'reply',
      reply_to: asked.messageId,
      from_session_id: 'c1',
      to_session_id: 'a1',
    })
    const payload = (await room.transport.log.latest(1))[0]?.payload
    expect(payload).toMatchObject({ reply_to: asked.messageId, from_session_id: 'c1', message_kind: 'reply' })
    expect((await room.transport.inbox.read('codex', 0))[0]?.message).toMatchObject({
      kind: 'ask',
      requires_ack: true,
      payload: { message: 'may I?', urgent: true },
    })
  })

  it('says nothing for an empty text, and knows no message that is not there', async () => {
    await expect(tell(' \n')).rejects.toMatchObject({ code: 'USAGE' })
    await expect(findMessage(codex(), '7')).rejects.toMatchObject({ code: 'NOT_FOUND', exit: 3 })
    expect(await room.transport.inbox.size('codex')).toMatchObject({ count: 0 })
  })
})

describe('an answer acknowledges what it answers', () => {
  const answer = async (number: number) =>
    say(codex(), { to: await address(codex(), 'a1'), text: 'yes', replyTo: await findMessage(codex(), String(number)) })
  const unread = async () =>
    (await readInbox(codex(), reader)).messages.map(({ message }) => (message.payload as { message: string }).message)

  it('and that one alone: what was before it stays unread until it is acknowledged or answered, too', async () => {
    for (const text of ['one', 'two', 'three']) await tell(text)
    await answer(2)
    expect(await unread()).toEqual(['one', 'three'])
    expect(await countUnread(codex(), reader)).toMatchObject({ direct: 2 })
    expect(await readInbox(codex(), reader, { all: true })).toMatchObject({
      omitted: 0,
      messages: [{ unread: true }, { unread: false }, { unread: true }],
    })
    expect(await room.transport.inbox.cursor('codex', 'c1')).toMatchObject({ direct: { line_count: 0 } })
    await answer(1)
    expect(await unread()).toEqual(['three'])
    // Without a gap the position moves on, so that readers of the existing system count it, too.
    expect(await room.transport.inbox.cursor('codex', 'c1')).toMatchObject({
      direct: { line_count: 2 },
      ahead: { direct: [], broadcast: [] },
    })
    await ackInbox(codex())
    expect(await countUnread(codex(), reader)).toMatchObject({ total: 0 })
    await answer(3)
    expect(await countUnread(codex(), reader)).toMatchObject({ total: 0 })
  })

  it('of the broadcast box as well', async () => {
    await say(claude(), { to: await address(claude(), 'all'), text: 'freeze?', asks: true })
    await tell('direct')
    await answer(1)
    expect(await unread()).toEqual(['direct'])
    await ackInbox(codex(), { broadcast: false })
    expect(await countUnread(codex(), reader)).toMatchObject({ total: 0 })
  })
})

it('without a number those that want an answer are meant, else all that are unread', async () => {
  const texts = async () => (await openQuestions(codex())).map(({ text }) => text)
  expect(await texts()).toEqual([])
  await tell('one')
  await tell('two')
  expect(await texts()).toEqual(['one', 'two'])
  await tell('three?', { asks: true })
  expect(await texts()).toEqual(['three?'])
})
