import { beforeEach, describe, expect, it } from 'vitest'
import { RallyError } from '../../errors.js'
import type { Transport } from '../../ports/transport.js'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import type { SessionContext } from '../context.js'
import { writeInbox } from './write-inbox.js'

let room: SessionRoom
let ctx: SessionContext
beforeEach(async () => {
  room = await createSessionRoom()
  ctx = room.as('s1', { tool: 'codex' })
})

/** The same room, in which appending to the log fails. */
function withFullDisk(transport: Transport, where: 'log' | 'inbox'): Transport {
  const fail = async () => {
    throw new RallyError('NOT_STORED', { what: where, reason: 'no space left on device' })
  }
  return where === 'log'
    ? { ...transport, log: { ...transport.log, append: fail } }
    : { ...transport, inbox: { ...transport.inbox, deliver: fail } }
}

const write = { to: 'claude_code', payload: { subject: 'hello' } }

describe('a message and its record', () => {
  it('share one identity, and no two messages of a millisecond share theirs', async () => {
    const sent = await Promise.all(Array.from({ length: 20 }, () => writeInbox(ctx, write)))
    expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(20)
    expect(new Set(sent.map(({ eventId }) => eventId)).size).toBe(20)
    expect(sent.map(({ revision }) => revision)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    expect(sent[0]?.messageId).toMatch(/^codex-1795000000000-[0-9a-f]{12}$/)
  })

  it('are told apart when only the message was stored', async () => {
    const sent = await writeInbox({ ...ctx, transport: withFullDisk(room.transport, 'log') }, write)
    expect(sent).toMatchObject({ stored: { inbox: true, log: false }, revision: null, eventId: null })
    expect(sent.failure).toMatchObject({ code: 'NOT_STORED', exit: 1, details: { message_id: sent.messageId } })
    expect(sent.failure?.hint).toContain(`--message-id ${sent.messageId}`)
  })

  it('are completed, not repeated, by a retry', async () => {
    const { messageId } = await writeInbox({ ...ctx, transport: withFullDisk(room.transport, 'log') }, write)
    const retried = await writeInbox(ctx, { ...write, messageId })
    expect(retried).toMatchObject({ messageId, revision: 1, stored: { inbox: true, log: true } })
    const again = await writeInbox(ctx, { ...write, messageId })
    expect(again).toMatchObject({ messageId, revision: 1, eventId: retried.eventId })
    expect(await room.transport.inbox.size('claude_code')).toMatchObject({ count: 1 })
    expect(await room.transport.log.revision()).toBe(1)
  })

  it('are both missing when the inbox fails: nothing is logged', async () => {
    const failing = { ...ctx, transport: withFullDisk(room.transport, 'inbox') }
    await expect(writeInbox(failing, write)).rejects.toMatchObject({ code: 'NOT_STORED' })
    expect(await room.transport.log.revision()).toBe(0)
  })

  it.each(['', 'a\nb', 'a\u0000', '\u202eevil', 'x'.repeat(129), '\u200b'])('go to no box called %j', async (to) => {
    await expect(writeInbox(ctx, { to })).rejects.toMatchObject({ code: 'UNSAFE_ID', exit: 5 })
    expect(await room.transport.inbox.boxes()).toEqual([])
  })

  it('are told apart from others that were retried: each keeps its own record', async () => {
    const first = await writeInbox(ctx, write)
    const second = await writeInbox(ctx, write)
    room.transport.plant.message('claude_code', '{not a message')
    const again = await writeInbox(ctx, { ...write, messageId: first.messageId })
    expect(again).toMatchObject({ revision: first.revision, eventId: first.eventId, box: null })
    expect(await writeInbox(ctx, { ...write, messageId: second.messageId })).toMatchObject({
      revision: second.revision,
    })
    expect(await room.transport.log.revision()).toBe(2)
  })

  it('are delivered by the retry of a try that stored nothing', async () => {
    await writeInbox(ctx, write)
    const retried = await writeInbox(ctx, { ...write, messageId: 'codex-1795000000001-0123456789ab' })
    expect(retried).toMatchObject({ revision: 2, stored: { inbox: true, log: true } })
    expect(await room.transport.inbox.size('claude_code')).toMatchObject({ count: 2 })
  })

  it('a retry finds what lies up to a thousand messages back', async () => {
    const first = await writeInbox(ctx, write)
    for (let n = 0; n < 999; n++) await room.transport.inbox.deliver(message(`m${n}`))
    expect(await writeInbox(ctx, { ...write, messageId: first.messageId })).toMatchObject({ box: null })
  })

  it('an error that is not of the catalogue is not a half-stored message', async () => {
    const log = { ...room.transport.log, append: async () => Promise.reject(new TypeError('bug')) }
    await expect(writeInbox({ ...ctx, transport: { ...room.transport, log } }, write)).rejects.toThrow(TypeError)
  })

  it('a recipient that cannot be is named, cut', async () => {
    const to = `${'x'.repeat(300)}\n`
    await expect(writeInbox(ctx, { to })).rejects.toMatchObject({
      details: { what: 'recipient', value: 'x'.repeat(200) },
    })
  })

  it('the reason of the half that failed is told', async () => {
    const { failure } = await writeInbox({ ...ctx, transport: withFullDisk(room.transport, 'log') }, write)
    expect(failure?.message).toMatch(/record of the message.*no space left/)
    expect(failure?.cause).toMatchObject({ code: 'NOT_STORED', details: { what: 'log' } })
  })
})

function message(id: string) {
  const base = { schema_version: '1.0', kind: 'message', from: 'x', to: 'claude_code', requires_ack: false, ts: 1 }
  return { ...base, id, payload: {} }
}
