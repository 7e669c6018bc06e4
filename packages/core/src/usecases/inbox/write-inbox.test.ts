import { beforeEach, describe, expect, it } from 'vitest'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { writeInbox } from './write-inbox.js'

let room: SessionRoom
beforeEach(async () => {
  room = await createSessionRoom()
})

const nobody = () => {
  const { session: _, ...ctx } = room.as('s1')
  return ctx
}

describe('writeInbox', () => {
  it('delivers, then mirrors to the log, as the reference does', async () => {
    const sent = await writeInbox(nobody(), {
      from: 'codex',
      to: 'claude_code',
      payload: { subject: 'hello', x: 1 },
      requiresAck: true,
    })
    expect((await room.transport.inbox.read('claude_code', 0))[0]?.message).toEqual({
      schema_version: '1.0',
      id: sent.messageId,
      kind: 'message',
      from: 'codex',
      to: 'claude_code',
      requires_ack: true,
      ts: 1795000000,
      payload: { subject: 'hello', x: 1 },
    })
    const [record] = await room.transport.log.latest(1)
    expect(record).toMatchObject({ kind: 'message', tool: 'codex', model: 'unknown', run_id: 'unknown', revision: 1 })
    expect(record?.payload).toEqual({
      from: 'codex',
      to: 'claude_code',
      requires_ack: true,
      inbox: 'claude_code',
      message_id: sent.messageId,
      payload: { subject: 'hello', x: 1 },
    })
    expect(sent.box).toContain('claude_code')
  })

  it('can leave the log alone', async () => {
    const sent = await writeInbox(nobody(), { from: 'codex', to: 'x', payload: [1, 2], mirror: false })
    expect(sent).toMatchObject({ revision: null, stored: { inbox: true, log: false } })
    expect(sent.failure).toBeUndefined()
    expect((await room.transport.inbox.read('x', 0))[0]?.message?.payload).toEqual({ value: [1, 2] })
    expect(await room.transport.log.revision()).toBe(0)
  })

  it.each([
    [undefined, {}],
    [null, { value: null }],
    ['text', { value: 'text' }],
    [{ a: 1 }, { a: 1 }],
  ])('keeps the payload %j as %j', async (payload, stored) => {
    await writeInbox(nobody(), { from: 'codex', to: 'x', payload, mirror: false })
    expect((await room.transport.inbox.read('x', 0))[0]?.message?.payload).toEqual(stored)
  })

  it('carries the run and, where it is known, the session', async () => {
    const run = { build_loop_id: 'bl-1', build_loop_started_at: null, build_loop_run_label: null }
    room.runs.set('/w/demo-app', run)
    await writeInbox(room.as('s1', { tool: 'codex' }), { to: 'x' })
    expect((await room.transport.inbox.read('x', 0))[0]?.message).toMatchObject({ ...run, from_session_id: 's1' })
  })

  it('accepts names that only the transport can turn into a box', async () => {
    await writeInbox(nobody(), { from: 'a b', to: '../We ird/tool..' })
    expect(await room.transport.inbox.boxes()).toEqual(['We_ird_tool'])
    expect((await room.transport.log.latest(1))[0]?.payload).toMatchObject({
      to: '../We ird/tool..',
      inbox: 'We_ird_tool',
    })
  })

  it('needs somebody who writes', async () => {
    await expect(writeInbox(nobody(), { to: 'x' })).rejects.toMatchObject({ code: 'SESSION_UNKNOWN', exit: 2 })
  })

  it('fills in what is known of the writer, and what is said goes first', async () => {
    const record = async () => (await room.transport.log.latest(1))[0]
    await writeInbox(nobody(), { from: 'codex', to: 'x' })
    expect(await record()).toMatchObject({ tool: 'codex', model: 'unknown', run_id: 'unknown' })
    const [entry] = await room.transport.inbox.read('x', 0)
    expect(entry?.message).toMatchObject({ kind: 'message', requires_ack: false, payload: {} })
    const known = room.as('s1', { model: 'm1', runId: 'r1' })
    await writeInbox(known, { to: 'x', kind: '' })
    expect(await record()).toMatchObject({ model: 'm1', run_id: 'r1', payload: { requires_ack: false } })
    expect((await room.transport.inbox.read('x', 1))[0]?.message?.kind).toBe('message')
    await writeInbox(known, { to: 'x', kind: 'question', model: 'm2', runId: 'r2', payload: null })
    expect(await record()).toMatchObject({ model: 'm2', run_id: 'r2' })
    expect((await room.transport.inbox.read('x', 2))[0]?.message).toMatchObject({
      kind: 'question',
      payload: { value: null },
    })
  })
})
