import { describe, expect, it } from 'vitest'
import type { EditStretch } from '../../model/edit-stretch.js'
import { outputSchema } from '../../model/outputs/log.js'
import type { TellingRecord } from '../../model/telling.js'
import type { ActivityPort } from '../../ports/activity.js'
import { parseFilePattern } from '../../rules/files/file-pattern.js'
import { createTestRoom, TEST_NOW, testPresence, testSession } from '../../testing/test-room.js'
import { writeInbox } from '../inbox/write-inbox.js'
import { postRecord } from '../log/post-record.js'
import { retractRecord } from '../log/retract-record.js'
import { findSomebody } from './find-somebody.js'
import { knownSessions } from './known-sessions.js'
import { readTimeline, type TimelineQuery } from './read-timeline.js'
import { whoTouched } from './who-touched.js'

const edit = (over: Partial<EditStretch>): EditStretch => ({
  sessionId: 's1',
  name: null,
  tool: 'claude_code',
  parent: null,
  path: 'src/a.ts',
  worktree: '/repo/demo-app',
  tree: null,
  since: TEST_NOW,
  last: TEST_NOW,
  count: 1,
  ...over,
})

async function story() {
  const room = await createTestRoom()
  await room.transport.names.assign('s1', 'claude-')
  await room.transport.sessions.put(testPresence({ session_id: 's1', tool: 'claude_code', name: 'claude-1' }))
  await room.transport.sessions.put(testPresence({ session_id: 's2', tool: 'codex', name: 'codex-1' }))
  const as = (sessionId: string, tool: string) => ({ ...room, session: testSession({ sessionId, tool }) })
  const claude = as('s1', 'claude_code')
  room.advance(10)
  await postRecord(claude, { kind: 'feedback', message: 'Redis tests pass' })
  room.advance(10)
  await writeInbox(as('s2', 'codex'), {
    to: 'claude_code',
    toSessionId: 's1',
    payload: { message: 'use the new price rules' },
  })
  room.advance(10)
  await postRecord(claude, { kind: 'claim', payload: { patterns: ['src/cart/'] } })
  const edits = [
    edit({ since: TEST_NOW + 15, last: TEST_NOW + 35, count: 3 }),
    edit({
      sessionId: 'old',
      name: 'gemini-4',
      tool: 'gemini',
      path: 'docs/x.md',
      since: TEST_NOW - 90_000,
      last: TEST_NOW - 90_000,
    }),
  ]
  const history = {
    edits: async ({
      since,
      until = Number.POSITIVE_INFINITY,
      matches = () => true,
    }: Parameters<NonNullable<typeof room.history>['edits']>[0]) =>
      edits.filter((one) => one.last >= since && one.since <= until && matches(one)).sort((a, b) => a.last - b.last),
  }
  const telling: TellingRecord = {
    at: TEST_NOW + 40,
    session: 's1',
    name: 'claude-1',
    tool: 'claude_code',
    context: 0,
    moment: 'before-edit',
    reasons: ['collision'],
    messages: [],
    records: [],
    files: ['src/a.ts'],
    peers: [],
    text: 'rally: codex-1 is editing src/a.ts',
  }
  const activity: ActivityPort = {
    inFlight: async () => [],
    prompts: async () => new Map(),
    warnings: async () => [],
    tellings: async ({ since = 0 } = {}) => [telling].filter(({ at }) => at >= since),
  }
  return { room: { ...room, history, activity }, claude: { ...claude, history, activity } }
}

type Room = Parameters<typeof readTimeline>[0]

async function log(room: Room, query: Partial<TimelineQuery> = {}) {
  const { entries, leftOut } = await readTimeline(room, { limit: 50, ...query })
  const json = { ok: true, schema: 'rally.log/1', app_slug: 'demo-app', entries, left_out: leftOut }
  expect(outputSchema.safeParse(json).error).toBeUndefined()
  return entries.map(({ by, kind, files, text }) => [by, kind, ...files, text].filter(Boolean).join(' '))
}

describe('the timeline', () => {
  it('tells everything in order of time; a message that has a record is told once', async () => {
    const { room } = await story()
    expect(await log(room)).toEqual([
      'gemini-4 edit docs/x.md',
      'claude-1 arrived',
      'claude-1 feedback Redis tests pass',
      'codex-1 message use the new price rules',
      'claude-1 claim src/cart/',
      'claude-1 edit src/a.ts',
      'claude-1 collision src/a.ts rally: codex-1 is editing src/a.ts',
    ])
  })

  it('keeps what has a number in that order, also where it is stamped with its second alone', async () => {
    const room = await createTestRoom()
    const ctx = { ...room, session: testSession({ sessionId: 's1', tool: 'codex' }) }
    const send = (message: string) => writeInbox(ctx, { to: 'claude_code', payload: { message } })
    room.advance(0.4)
    await send('first')
    room.advance(0.1)
    await postRecord(ctx, { kind: 'feedback', message: 'second' })
    await postRecord(ctx, { kind: 'feedback', message: 'third' })
    room.advance(0.1)
    await send('fourth')
    const entries = await log(room, { kinds: ['message', 'feedback'] })
    expect(entries.map((entry) => entry.split(' ').at(-1))).toEqual(['first', 'second', 'third', 'fourth'])
  })

  it('is filtered by who, file, kind, words and time', async () => {
    const { room } = await story()
    const by = async (word: string) => findSomebody(room, word, await knownSessions(room))
    expect(await log(room, { by: await by('codex-1'), kinds: ['message'] })).toEqual([
      'codex-1 message use the new price rules',
    ])
    expect(await log(room, { by: await by('gemini-4') })).toEqual(['gemini-4 edit docs/x.md'])
    // A tool, by any word for it.
    const hostWords = async () => [{ id: 'claude_code', title: 'Claude Code', shortName: 'claude' }]
    expect((await findSomebody({ ...room, hostWords }, 'claude', await knownSessions(room))).tool).toBe('claude_code')
    expect((await by('gemini')).tool).toBe('gemini')
    expect(await log(room, { to: await by('claude-1') })).toEqual(['codex-1 message use the new price rules'])
    expect(await log(room, { file: parseFilePattern('src/cart/x.ts') })).toEqual(['claude-1 claim src/cart/'])
    expect(await log(room, { file: parseFilePattern('src/') })).toHaveLength(3)
    expect(await log(room, { kinds: ['feedback', 'edit'] })).toHaveLength(3)
    expect(await log(room, { kinds: ['message'] })).toHaveLength(1)
    expect(await log(room, { grep: 'REDIS' })).toEqual(['claude-1 feedback Redis tests pass'])
    expect(await log(room, { grep: 'codex-1', kinds: ['message'] })).toHaveLength(1)
    expect(await log(room, { kinds: ['told'] })).toHaveLength(1)
    expect(await log(room, { since: TEST_NOW + 25 })).toEqual([
      'claude-1 claim src/cart/',
      'claude-1 edit src/a.ts',
      'claude-1 collision src/a.ts rally: codex-1 is editing src/a.ts',
    ])
    expect(await log(room, { until: TEST_NOW + 5 })).toEqual(['gemini-4 edit docs/x.md', 'claude-1 arrived'])
  })

  it('shows the newest, and says whether there are more', async () => {
    const { room } = await story()
    expect(await readTimeline(room, { limit: 2 })).toMatchObject({
      leftOut: true,
      entries: [{ type: 'edit' }, { type: 'told', kind: 'collision' }],
    })
    expect((await readTimeline(room, { limit: 7 })).leftOut).toBe(false)
  })

  it('shows exactly as many records as were asked for, and says whether there are more', async () => {
    const room = await createTestRoom()
    const ctx = { ...room, session: testSession({ sessionId: 's1', tool: 'codex' }) }
    for (const n of [1, 2, 3, 4]) {
      room.advance(1)
      await postRecord(ctx, { kind: 'feedback', message: `number ${n}` })
    }
    const kinds = ['feedback']
    const texts = async (limit: number) => {
      const { entries, leftOut } = await readTimeline(room, { limit, kinds })
      return { texts: entries.map(({ text }) => text), leftOut }
    }
    expect(await texts(2)).toEqual({ texts: ['number 3', 'number 4'], leftOut: true })
    expect(await texts(3)).toEqual({ texts: ['number 2', 'number 3', 'number 4'], leftOut: true })
    expect(await texts(4)).toMatchObject({ leftOut: false })
  })

  it('tells who came when only that is asked for, and names no kind of record for it', async () => {
    const { room } = await story()
    expect(await log(room, { kinds: ['arrived'] })).toEqual(['claude-1 arrived'])
    expect(await log(room, { kinds: ['arrival'] })).toEqual(['claude-1 arrived'])
    expect(await log(room, { kinds: ['left'] })).toEqual([])
  })

  it('looks through a long box as far back as messages are new enough, and no further', async () => {
    const room = await createTestRoom()
    const put = async (count: number, over: object) => {
      for (let n = 0; n < count; n++) {
        const base = {
          schema_version: '1.0',
          kind: 'message',
          from: 'codex',
          to: 'claude_code',
          payload: { message: 'x' },
        }
        await room.transport.inbox.deliver({ ...base, id: `m${n}-${count}`, ts: TEST_NOW + 50, ...over } as never)
      }
    }
    await put(1, { id: 'first', payload: { message: 'the first word' } })
    await put(2_000, {})
    // A page of which one cannot tell when it was written.
    await put(2_000, { ts: 'nobody knows' })
    await put(1_500, {})
    expect(await log(room, { kinds: ['message'], grep: 'first word', since: TEST_NOW })).toHaveLength(1)
    expect(await log(room, { kinds: ['message'], grep: 'first word', since: TEST_NOW + 60 })).toEqual([])
  })

  it('leaves out what was taken back', async () => {
    const { room, claude } = await story()
    const { eventId } = await postRecord(claude, { kind: 'feedback', message: 'wrong words' })
    expect(await log(room, { grep: 'wrong' })).toHaveLength(1)
    await retractRecord(claude, { fact: String(eventId), reason: 'a mistake' })
    expect(await log(room, { grep: 'wrong words' })).toEqual([])
  })

  it('says nothing in an empty room', async () => {
    expect(await readTimeline(await createTestRoom(), { limit: 5 })).toEqual({ entries: [], leftOut: false })
  })
})

it('who touched a file: now, by a promise, and before', async () => {
  const { room } = await story()
  await room.transport.sessions.put(
    testPresence({ session_id: 's2', tool: 'codex', name: 'codex-1', files_in_flight: ['src/'], task: 'new prices' }),
  )
  const found = await whoTouched(room, { files: ['src/a.ts'], since: 0 })
  expect(found.inFlight).toMatchObject([{ name: 'codex-1', path: 'src/', last_edit: null, task: 'new prices' }])
  expect(found.edits).toMatchObject([{ name: 'claude-1', path: 'src/a.ts', count: 3 }])
  // What others have in flight elsewhere, and what silent ones had, is no answer.
  expect((await whoTouched(room, { files: ['docs/x.md'], since: 0 })).inFlight).toEqual([])
  const later = { ...room, clock: { now: () => TEST_NOW + 100_000 } }
  expect((await whoTouched(later, { files: ['src/a.ts'], since: 0 })).inFlight).toEqual([])
  expect((await whoTouched(room, { files: ['docs/*.md'], since: 0 })).edits).toMatchObject([{ name: 'gemini-4' }])
  expect((await whoTouched(room, { files: ['docs/*.md'], since: TEST_NOW })).edits).toEqual([])
})
