import { beforeEach, describe, expect, it } from 'vitest'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { testPresence } from '../../testing/test-room.js'
import { postRecord } from '../log/post-record.js'
import { announcePresence } from '../presence/announce-presence.js'
import { leaveRoom } from '../presence/leave-room.js'
import { address } from './address.js'
import { countUnread, readInbox } from './read-inbox.js'
import { writeInbox } from './write-inbox.js'

let room: SessionRoom
beforeEach(async () => {
  room = await createSessionRoom()
})

const codex = { tool: 'codex' }
async function crowd() {
  await announcePresence(room.as('c1', codex))
  await announcePresence(room.as('c2', codex))
  await announcePresence(room.as('a1'))
}

describe('address', () => {
  it('says who will hear it and when', async () => {
    await crowd()
    const hosts = [{ id: 'claude_code', title: 'Claude Code' }]
    const ctx = { ...room.as('a1'), hostWords: async () => hosts }
    // Announced by itself: no hook speaks for it.
    const live = { state: 'live', hears: 'nobody' }
    expect(await address(ctx, 'codex-2')).toEqual({
      to: 'codex',
      toSessionId: 'c2',
      name: 'codex-2',
      recipients: [{ session_id: 'c2', name: 'codex-2', tool: 'codex', ...live }],
    })
    const both = await address(ctx, 'codex')
    expect(both.recipients.map(({ name }) => name)).toEqual(['codex-1', 'codex-2'])
    expect((await address(ctx, 'all')).recipients.map(({ name }) => name)).toEqual(['codex-1', 'codex-2'])
    await leaveRoom(room.as('c2', codex))
    expect((await address(ctx, 'codex-2')).recipients).toMatchObject([{ state: 'gone', hears: 'at-start' }])
    expect((await address(ctx, 'claude-code')).recipients).toEqual([
      { session_id: null, name: null, tool: 'claude_code', state: 'absent', hears: 'at-start' },
    ])
    expect((await address(ctx, 'aider', { unseen: true })).recipients).toMatchObject([{ hears: 'nobody' }])
  })

  it('an agent that works hears at its next tool call where its host can say something there, an idle one at a prompt', async () => {
    const context = ['session-start', 'prompt', 'after-edit'] as const
    const hosts = [
      { id: 'busy', title: 'B', capabilities: { context } },
      { id: 'prompts', title: 'P', capabilities: { context: ['prompt'] as const } },
    ]
    const put = (session_id: string, tool: string, phase: string) =>
      room.transport.plant.presence(session_id, testPresence({ session_id, tool, phase, worktree: '/w' }))
    for (const [id, tool, phase] of [
      ['b1', 'busy', 'working'],
      ['b2', 'busy', 'idle'],
      ['p1', 'prompts', 'working'],
    ] as const)
      put(id, tool, phase)
    const ctx = { ...room.as('a1'), hostWords: async () => hosts }
    const heard = (await address(ctx, 'all')).recipients.map(({ session_id, hears }) => [session_id, hears])
    expect(heard).toEqual([
      ['b1', 'next-tool-call'],
      ['b2', 'next-prompt'],
      ['p1', 'next-prompt'],
    ])
  })

  it('refuses a word that names nothing, with what is near and who is here; unseen takes it', async () => {
    await crowd()
    await expect(address(room.as('a1'), 'codx')).rejects.toMatchObject({
      code: 'NO_SUCH_RECIPIENT',
      exit: 3,
      details: { nearest: ['codex', 'codex-1', 'codex-2'], here: expect.arrayContaining(['codex-1', 'codex-2']) },
    })
    const unseen = '; --unseen delivers all the same'
    await expect(address(room.as('a1'), 'codx')).rejects.toMatchObject({ hint: expect.not.stringContaining(unseen) })
    await expect(address(room.as('a1'), 'codx', { unseen: undefined })).rejects.toMatchObject({
      hint: expect.stringContaining(unseen),
    })
    expect(await address(room.as('a1'), 'codx', { unseen: true })).toMatchObject({ to: 'codx' })
    await expect(address(room.as('a1'), 'lead')).rejects.toMatchObject({ code: 'NO_SUCH_RECIPIENT' })
    expect(await address(room.as('a1'), 'Codx', { toolOnly: true })).toMatchObject({ to: 'Codx' })
    expect(await address(room.as('a1'), 'codex-1', { toolOnly: true })).toMatchObject({ to: 'codex-1' })
    expect(await address(room.as('a1'), 'CODEX', { toolOnly: true })).toMatchObject({ to: 'codex' })
  })

  it('knows whoever wrote here once, and who asks', async () => {
    await postRecord(room.as('human.ann', { tool: 'human' }), { kind: 'note' })
    await postRecord(room.as('x1', { tool: 'old_tool' }), { kind: 'note' })
    expect(await address(room.as('a1'), 'ann')).toMatchObject({ to: 'human', toSessionId: 'human.ann', name: 'ann' })
    expect(await address(room.as('a1'), 'old-tool')).toMatchObject({ to: 'old_tool' })
    await expect(address(room.as('a1'), 'bob')).rejects.toMatchObject({ code: 'NO_SUCH_RECIPIENT' })
    expect(await address(room.as('human.bob', { tool: 'human' }), 'bob')).toMatchObject({ toSessionId: 'human.bob' })
  })

  it('knows a person who only sent a message, and the one whose machine this is', async () => {
    await writeInbox(room.as('human.ann', { tool: 'human' }), { from: 'human', to: 'all', payload: { text: 'hello' } })
    expect(await address(room.as('a1'), 'ann')).toMatchObject({ toSessionId: 'human.ann' })
    const asked = { ...room.as('a1'), person: () => 'human.eve' }
    expect(await address(asked, 'Eve')).toMatchObject({ to: 'human', toSessionId: 'human.eve', name: 'eve' })
  })
})

describe('a message for one session', () => {
  const text = ({ messages }: Awaited<ReturnType<typeof readInbox>>) => messages.map(({ message }) => message.id)
  const send = async (id: string, toSessionId?: string) =>
    (await writeInbox(room.as('a1'), { to: 'codex', toSessionId, messageId: id })).messageId

  it('is shown and counted only there; others keep their place in the box', async () => {
    await crowd()
    for (const [id, to] of [['m1', 'c1'], ['m2'], ['m3', 'c2'], ['m4', 'c1']] as const) await send(id, to)
    const reader = (sessionId?: string) => ({ tool: 'codex', sessionId })
    const ctx = room.as('c1', codex)
    expect(text(await readInbox(ctx, reader('c1')))).toEqual(['m1', 'm2', 'm4'])
    expect(text(await readInbox(ctx, reader('c2')))).toEqual(['m2', 'm3'])
    expect(text(await readInbox(ctx, reader()))).toEqual(['m2'])
    expect(await countUnread(ctx, reader('c1'))).toMatchObject({ direct: 3, total: 3 })
    expect(await countUnread(ctx, reader('c2'))).toMatchObject({ direct: 2 })
    expect(await readInbox(ctx, reader('c1'), { limit: 2 })).toMatchObject({ omitted: 1 })
    expect(text(await readInbox(ctx, reader('c2'), { limit: 1 }))).toEqual(['m3'])
    // A reader of the existing system sees all of them in the tool's box.
    expect(await room.transport.inbox.size('codex')).toMatchObject({ count: 4 })
    const stored = (await room.transport.inbox.read('codex', 0))[0]?.message
    expect(stored).toMatchObject({ to: 'codex', to_session_id: 'c1', from_session_id: 'a1' })
    expect((await room.transport.log.latest(4))[0]?.payload).toMatchObject({ to: 'codex', to_session_id: 'c1' })
  })

  it('says who wrote it by name', async () => {
    await crowd()
    await send('m1')
    expect((await room.transport.inbox.read('codex', 0))[0]?.message).toMatchObject({ from_name: 'claude-code-1' })
  })

  it('of a record keeps whom it is for', async () => {
    room.transport.plant.presence('c1', testPresence({ session_id: 'c1', tool: 'codex' }))
    await postRecord(room.as('a1'), { kind: 'feedback', to: 'codex', toSessionId: 'c1', message: 'x' })
    expect((await room.transport.log.latest(1))[0]?.payload).toMatchObject({ to: 'codex', to_session_id: 'c1' })
  })
})
