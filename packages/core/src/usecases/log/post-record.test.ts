import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { postRecord } from './post-record.js'

let room: SessionRoom
beforeEach(async () => {
  room = await createSessionRoom({ sha256: (text) => createHash('sha256').update(text).digest('hex') })
})

const ownership = {
  owns: ['a'],
  does_not_own: [],
  allowed_tools: [],
  denied_tools: [],
  interface_contract: 'c',
  integration_checkpoint: 'i',
}

describe('postRecord', () => {
  it('appends a record that says who, which program and which run', async () => {
    const run = {
      build_loop_id: 'bl-20260101T000000Z-codex-000042',
      build_loop_started_at: '2026-01-01T00:00:00Z',
      build_loop_run_label: 'codex#000042 2026-01-01T00:00:00Z',
    }
    room.runs.set('/w/demo-app', run)
    const ctx = room.as('s1', { tool: 'codex', model: 'gpt-5', runId: 'r9' })
    const posted = await postRecord(ctx, { kind: 'feedback', message: 'looks good', payload: { verdict: 'PASS' } })

    expect(posted).toMatchObject({ kind: 'feedback', revision: 1 })
    expect(posted.message).toBeUndefined()
    expect(await room.transport.log.latest(9)).toEqual([
      {
        ts: '2026-11-18T11:06:40Z',
        kind: 'feedback',
        tool: 'codex',
        model: 'gpt-5',
        run_id: 'r9',
        app_slug: 'demo-app',
        payload: { verdict: 'PASS', session_id: 's1', message: 'looks good' },
        revision: 1,
        subject: 'looks good',
        event_id: posted.eventId,
        ...ctx.producer,
        ...run,
      },
    ])
    expect(await room.transport.inbox.boxes()).toEqual([])
  })

  it.each(['Feedback', '', '-x', 'a b', '../x', 'a\n', `a${'b'.repeat(64)}`])('refuses the kind %j', async (kind) => {
    await expect(postRecord(room.as('s1'), { kind })).rejects.toMatchObject({ code: 'USAGE', exit: 2 })
    expect(await room.transport.log.revision()).toBe(0)
  })

  it('lets nobody speak for another session', async () => {
    await postRecord(room.as('s1'), { kind: 'feedback', payload: { session_id: 'somebody-else' } })
    expect((await room.transport.log.latest(1))[0]?.payload).toEqual({ session_id: 's1' })
  })

  it('refuses to close a run, except for the build loop', async () => {
    const closeout = { kind: 'phase', payload: { phase: 'run-closeout' } }
    await expect(postRecord(room.as('s1'), closeout)).rejects.toMatchObject({ code: 'RUN_CLOSEOUT_REFUSED' })
    expect(await room.transport.log.revision()).toBe(0)
    expect((await postRecord(room.as('s1'), { ...closeout, mayCloseRun: true })).revision).toBe(1)
    expect((await postRecord(room.as('s1'), { kind: 'phase', payload: { phase: 'plan' } })).revision).toBe(2)
  })

  it.each(['codex', 'all'])('rings the inbox of %s', async (to) => {
    const posted = await postRecord(room.as('s1'), {
      kind: 'feedback',
      to,
      message: 'look',
      payload: { verdict: 'PASS' },
    })
    const payload = { verdict: 'PASS', session_id: 's1', to, message: 'look' }
    expect((await room.transport.log.latest(1))[0]).toMatchObject({ kind: 'feedback', payload })
    expect(await room.transport.inbox.read(to, 0)).toEqual([
      {
        ordinal: 1,
        message: expect.objectContaining({
          id: posted.message?.messageId,
          kind: 'feedback',
          from: 'claude_code',
          from_session_id: 's1',
          to,
          requires_ack: false,
          payload,
        }),
      },
    ])
    expect(posted.message?.stored).toEqual({ inbox: true, log: true })
  })

  it('sends a message that names nobody to everybody', async () => {
    await postRecord(room.as('s1'), { kind: 'message', message: 'freeze at noon' })
    expect((await room.transport.inbox.read('all', 0))[0]?.message).toMatchObject({
      kind: 'message',
      to: 'all',
      payload: { message: 'freeze at noon' },
    })
    expect((await room.transport.log.latest(1))[0]?.payload).toMatchObject({
      from: 'claude_code',
      to: 'all',
      inbox: 'all',
    })
  })

  it('lets no handoff past the gate', async () => {
    const incomplete = { kind: 'handoff', to: 'codex', payload: { ownership: { ...ownership, owns: [] } } }
    await expect(postRecord(room.as('s1'), incomplete)).rejects.toMatchObject({
      code: 'HANDOFF_INCOMPLETE',
      details: { fields: 'owns, does_not_own' },
    })
    expect([await room.transport.log.revision(), await room.transport.log.rejections()]).toEqual([0, 1])

    const posted = await postRecord(room.as('s1'), { kind: 'handoff', to: 'codex', payload: { ownership } })
    expect(posted).toMatchObject({ kind: 'handoff', revision: 1 })
    expect((await room.transport.inbox.size('codex')).count).toBe(1)
  })
})
