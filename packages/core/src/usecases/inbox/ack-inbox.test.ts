import { beforeEach, describe, expect, it } from 'vitest'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { ackInbox } from './ack-inbox.js'
import { writeInbox } from './write-inbox.js'

let room: SessionRoom
beforeEach(async () => {
  room = await createSessionRoom()
})

async function fill(to: string, count: number) {
  for (let i = 0; i < count; i++) await writeInbox(room.as('p', { tool: 'codex' }), { to, mirror: false })
}

describe('ackInbox', () => {
  it('moves both positions', async () => {
    await fill('claude_code', 3)
    await fill('all', 2)
    expect(await ackInbox(room.as('s1'))).toEqual({
      path: 'memory:inbox/.acks/claude_code/s1',
      tool: 'claude_code',
      directCount: 3,
      broadcastCount: 2,
    })
    expect(await room.transport.inbox.cursor('claude_code', 's1')).toEqual({
      schema_version: '1.0',
      kind: 'rally-inbox-ack-cursor',
      tool: 'claude_code',
      session_id: 's1',
      acked_at: 1795000000,
      direct: { line_count: 3, last_message_ts: 1795000000 },
      broadcast: { line_count: 2, last_message_ts: 1795000000 },
    })
    expect(await room.transport.inbox.cursor('claude_code', 's2')).toBeUndefined()
  })

  it('writes a zero cursor for an empty room', async () => {
    await ackInbox(room.as('s1'))
    expect(await room.transport.inbox.cursor('claude_code', 's1')).toMatchObject({
      direct: { line_count: 0, last_message_ts: null },
      broadcast: { line_count: 0, last_message_ts: null },
    })
  })

  it('keeps the broadcast position when told to', async () => {
    await fill('all', 2)
    await ackInbox(room.as('s1'))
    await fill('all', 1)
    await fill('claude_code', 1)
    expect(await ackInbox(room.as('s1'), { broadcast: false })).toMatchObject({ directCount: 1, broadcastCount: 2 })
    expect((await room.transport.inbox.cursor('claude_code', 's1'))?.broadcast?.line_count).toBe(2)
  })

  it('omits the broadcast position of a session that never had one', async () => {
    await fill('all', 2)
    expect(await ackInbox(room.as('s1'), { broadcast: false })).toMatchObject({ broadcastCount: 0 })
    expect(await room.transport.inbox.cursor('claude_code', 's1')).not.toHaveProperty('broadcast')
  })

  it('does not count the broadcast box of the tool all twice', async () => {
    await fill('all', 2)
    const ctx = room.as('s1', { tool: 'all' })
    expect(await ackInbox(ctx)).toMatchObject({ tool: 'all', directCount: 2, broadcastCount: 0 })
    expect(await room.transport.inbox.cursor('all', 's1')).not.toHaveProperty('broadcast')
  })

  it('serves 16 acks of one session at once', async () => {
    await fill('claude_code', 5)
    const acks = await Promise.all(Array.from({ length: 16 }, () => ackInbox(room.as('s1'))))
    expect(acks.every(({ directCount }) => directCount === 5)).toBe(true)
  })
})
