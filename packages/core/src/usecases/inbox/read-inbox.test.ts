import { describe, expect, it } from 'vitest'
import { createTestRoom, testSession } from '../../testing/test-room.js'
import { ackInbox } from './ack-inbox.js'
import { countUnread, readInbox } from './read-inbox.js'
import { writeInbox } from './write-inbox.js'

const ME = { tool: 'claude_code', sessionId: 's1' }

async function filled() {
  const room = await createTestRoom()
  const ctx = { ...room, session: testSession() }
  const send = async (to: string, text: string) => {
    room.advance(1)
    await writeInbox(ctx, { from: 'codex', to, payload: { text } })
  }
  for (const text of ['one', 'two']) await send('claude_code', text)
  await send('all', 'everybody')
  await send('claude_code', 'three')
  return { room, ctx, send }
}
const texts = (reading: Awaited<ReturnType<typeof readInbox>>) =>
  reading.messages.map(({ message }) => (message.payload as { text: string }).text)

it('reads own messages and broadcasts in full, in order of time', async () => {
  const { ctx } = await filled()
  const reading = await readInbox(ctx, ME)
  expect(texts(reading)).toEqual(['one', 'two', 'everybody', 'three'])
  expect(reading.messages.map(({ source, ordinal }) => `${source} ${ordinal}`)).toEqual([
    'direct 1',
    'direct 2',
    'broadcast 1',
    'direct 3',
  ])
  expect(reading.unread).toEqual({ direct: 3, broadcast: 1, total: 4 })
})

it('reading handles nothing, acknowledging does, and all shows even that', async () => {
  const { ctx, send } = await filled()
  await readInbox(ctx, ME)
  await ackInbox(ctx)
  expect(texts(await readInbox(ctx, ME))).toEqual([])
  await send('claude_code', 'four')
  expect(texts(await readInbox(ctx, ME))).toEqual(['four'])
  const all = await readInbox(ctx, ME, { all: true })
  expect(all.messages.map(({ unread }) => unread)).toEqual([false, false, false, false, true])
})

describe('a limit', () => {
  it('keeps the newest and says how many are left out', async () => {
    const { ctx } = await filled()
    const reading = await readInbox(ctx, ME, { limit: 2 })
    expect(texts(reading)).toEqual(['everybody', 'three'])
    expect(reading.omitted).toBe(2)
  })
})

it('counts for another session of the tool, for nobody in particular, and for everybody', async () => {
  const { ctx } = await filled()
  await ackInbox(ctx)
  expect((await countUnread(ctx, ME)).total).toBe(0)
  expect((await countUnread(ctx, { ...ME, sessionId: 's9' })).total).toBe(4)
  expect((await countUnread(ctx, { tool: 'claude_code' })).total).toBe(4)
  expect(await countUnread(ctx, { tool: 'all' })).toEqual({ direct: 1, broadcast: 0, total: 1 })
})

it('a line that holds no message counts and is left out', async () => {
  const { room, ctx } = await filled()
  room.transport.plant.message('claude_code', null)
  const reading = await readInbox(ctx, ME)
  expect([reading.messages.length, reading.omitted, reading.unread.direct]).toEqual([4, 1, 4])
})

it("a person's own broadcast is not unread for that person, and for everybody else it is", async () => {
  const { room, ctx } = await filled()
  const person = (sessionId: string) => ({ ...room, session: testSession({ sessionId, tool: 'human' }) })
  await writeInbox(person('human.ann'), { from: 'human', to: 'all', payload: { text: 'by ann' } })
  expect(await countUnread(ctx, { tool: 'human', sessionId: 'human.ann' })).toMatchObject({ broadcast: 1, total: 1 })
  expect(texts(await readInbox(ctx, { tool: 'human', sessionId: 'human.ann' }))).toEqual(['everybody'])
  for (const reader of [ME, { tool: 'human', sessionId: 'human.bob' }]) {
    expect((await countUnread(ctx, reader)).broadcast).toBe(2)
  }
})
