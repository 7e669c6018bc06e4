import { describe, expect, it } from 'vitest'
import type { InFlight } from '../../model/in-flight.js'
import type { Presence } from '../../model/presence.js'
import { roomPictureSchema } from '../../model/room-picture.js'
import type { ActivityPort } from '../../ports/activity.js'
import { createTestRoom, TEST_NOW, type TestRoom, testSession } from '../../testing/test-room.js'
import { claimFiles } from '../claim/claim-files.js'
import { say } from '../inbox/say.js'
import { escalate } from '../standby/escalate.js'
import { gatherRoom } from '../status/gather-room.js'
import type { StatusContext, StatusInput } from '../status/status-input.js'
import { drawPicture } from './draw-picture.js'

const TREE = '/repo/demo-app'

function presence(id: string, over: Partial<Presence> = {}): Presence {
  return {
    session_id: id,
    tool: 'claude_code',
    model: 'inherit',
    run_id: 'unknown',
    app_slug: 'demo-app',
    phase: 'working',
    files_in_flight: [],
    heartbeat_ts: TEST_NOW - 5,
    last_seen: TEST_NOW - 5,
    worktree: TREE,
    name: id,
    ...over,
  }
}

function edit(sessionId: string, path: string, over: Partial<InFlight> = {}): InFlight {
  const last = TEST_NOW - 3
  return { sessionId, tool: 'claude_code', path, worktree: TREE, since: last, last, order: 1, ...over }
}

function activity(inFlight: readonly InFlight[], prompts: Record<string, string> = {}): ActivityPort {
  const notes = new Map(Object.entries(prompts).map(([id, text]) => [id, { text, at: TEST_NOW - 10 }]))
  return {
    inFlight: async () => inFlight,
    prompts: async () => notes,
    warnings: async () => [],
    tellings: async () => [],
  }
}

async function roomOf(...sessions: Presence[]): Promise<TestRoom> {
  const room = await createTestRoom()
  for (const one of sessions) await room.transport.sessions.put(one)
  return room
}

const draw = async (ctx: StatusContext, input: StatusInput = {}) =>
  drawPicture(ctx, await gatherRoom(ctx, input), input)

const person = testSession({ sessionId: 'human.ann', tool: 'human' })
const agent = (sessionId: string) => testSession({ sessionId, tool: 'claude_code' })

async function picture(
  room: TestRoom,
  edits: readonly InFlight[],
  {
    session,
    input,
    prompts,
  }: { session?: ReturnType<typeof agent>; input?: StatusInput; prompts?: Record<string, string> } = {},
) {
  const drawn = await draw({ ...room, session, activity: activity(edits, prompts) }, input)
  expect(roomPictureSchema.safeParse(drawn).error).toBeUndefined()
  return drawn
}

describe('verdict', () => {
  const shared = [edit('claude-1', 'a.txt'), edit('codex-1', 'a.txt', { last: TEST_NOW - 1 })]

  it('a claimed file that another edits warns, and the holder shows what it claimed', async () => {
    const room = await roomOf(presence('claude-1'), presence('codex-1', { tool: 'codex' }))
    const keeps = (sessionId: string, secs: number) =>
      claimFiles({ ...room, session: agent(sessionId) }, { patterns: ['src/**'], secs, why: 'prices' })
    await keeps('claude-1', 7200)
    const drawn = await picture(room, [edit('codex-1', 'src/a.ts'), edit('claude-1', 'src/b.ts')], { session: person })
    expect(drawn.verdict.because).toMatchObject([
      { code: 'claim_edited', text: 'codex-1 edits src/a.ts, claimed by claude-1', files: ['src/a.ts'] },
    ])
    expect(drawn.agents.map(({ name, claims }) => [name, claims])).toEqual([
      ['claude-1', ['src/**']],
      ['codex-1', []],
    ])
    // What ran out, or is its subagent's, is no matter.
    const old = edit('codex-1', 'src/a.ts', { last: TEST_NOW - 1000 })
    expect((await picture(room, [old])).verdict.status).toBe('clear')
    await room.transport.sessions.amend('codex-1', { parent: 'claude-1' })
    expect((await picture(room, [edit('codex-1', 'src/a.ts')])).verdict.status).toBe('clear')
  })

  it('a claim that ended, or whose process is gone, is not shown', async () => {
    const room = await roomOf(presence('claude-1'), presence('codex-1', { tool: 'codex' }))
    await claimFiles({ ...room, session: agent('claude-1') }, { patterns: ['src/**'], secs: 60 })
    const edits = [edit('codex-1', 'src/a.ts')]
    expect((await picture(room, edits)).verdict.status).toBe('warn')
    await room.transport.sessions.put(presence('claude-1', { host_pid: 7, host_started: 'x' }))
    const ctx = { ...room, activity: activity(edits), hostProcess: () => 'gone' as const }
    const gone = await draw(ctx)
    expect(gone.verdict.status).toBe('clear')
    expect(gone.agents.find(({ name }) => name === 'claude-1')?.claims).toEqual([])
  })

  it.each([
    ['a person', person],
    ['one of them', agent('claude-1')],
    ['the other', agent('codex-1')],
    ['a third agent', agent('gemini-1')],
    ['nobody in particular', undefined],
  ])('a collision in one working tree warns, whoever asks: %s', async (_who, session) => {
    const room = await roomOf(presence('claude-1'), presence('codex-1', { tool: 'codex' }), presence('gemini-1'))
    const { verdict, collisions, agents } = await picture(room, shared, session ? { session } : {})
    expect(verdict.status).toBe('warn')
    expect(verdict.because[0]).toMatchObject({ code: 'collision', files: ['a.txt'] })
    expect(verdict.because[0]?.text).toBe('a.txt: codex-1 1s ago and claude-1 3s ago, same working tree')
    expect(collisions).toMatchObject([{ path: 'a.txt', kind: 'same-tree' }])
    expect(
      agents
        .slice(0, 2)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['claude-1', 'codex-1'])
  })

  it('two working trees are a risk for later, no reason to stop', async () => {
    const room = await roomOf(presence('claude-1'), presence('codex-1', { worktree: '/repo/other' }))
    const drawn = await picture(room, [
      edit('claude-1', 'a.txt'),
      edit('codex-1', 'a.txt', { worktree: '/repo/other' }),
    ])
    expect(drawn.verdict).toEqual({ status: 'clear', because: [] })
    expect(drawn.collisions).toMatchObject([{ kind: 'merge-risk' }])
  })

  it('parent and child on one file are one agent; siblings are two', async () => {
    const child = (id: string) => presence(id, { parent: 'p' })
    const room = await roomOf(presence('p'), child('p.a'), child('p.b'))
    const alone = await picture(room, [edit('p', 'a.txt'), edit('p.a', 'a.txt')], { session: agent('p') })
    expect(alone.verdict.status).toBe('clear')
    const both = await picture(room, [edit('p.a', 'a.txt'), edit('p.b', 'a.txt')], { session: agent('p') })
    expect(both.verdict.because.map(({ code }) => code)).toEqual(['collision'])
  })

  it('a session that is silent for long collides with nobody', async () => {
    const gone = presence('codex-1', { last_seen: TEST_NOW - 4000, heartbeat_ts: TEST_NOW - 4000 })
    const room = await roomOf(presence('claude-1'), gone)
    const drawn = await picture(room, [
      edit('claude-1', 'a.txt'),
      edit('codex-1', 'a.txt', { last: TEST_NOW - 4000, since: TEST_NOW - 4000 }),
    ])
    expect(drawn.verdict.status).toBe('clear')
    expect(drawn.agents.find(({ name }) => name === 'codex-1')?.state).toBe('silent')
  })

  it('a file that somebody changed after its editor read it warns, whether that one fell silent or has ended', async () => {
    const seen = TEST_NOW - 4000
    const room = await roomOf(presence('claude-1'), presence('codex-1', { last_seen: seen, heartbeat_ts: seen }))
    const mine = edit('claude-1', 'a.txt', { last: TEST_NOW - 60 })
    const reasons = [{ code: 'changed_since_read', session: 'claude-1', files: ['a.txt'] }]
    const ended = { ...activity([mine]), left: async () => [edit('codex-2', 'a.txt')] }
    expect((await draw({ ...room, activity: ended })).verdict.because).toMatchObject(reasons)
    const own = { ...activity([mine]), left: async () => [edit('k', 'a.txt', { parent: 'claude-1' })] }
    expect((await draw({ ...room, activity: own })).verdict.status).toBe('clear')
  })

  it('a dirty tree warns an agent of what it does not own, never a person', async () => {
    const room = await roomOf(presence('claude-1'))
    room.git.dirty = ['a.txt', '.claude/settings.json']
    expect((await picture(room, [], { session: person })).verdict.status).toBe('clear')
    expect((await picture(room, [])).verdict.status).toBe('clear')
    const input = { ownFiles: ['.claude/settings.json'] }
    const asked = await picture(room, [], { session: agent('claude-1'), input })
    expect(asked.verdict.because).toMatchObject([{ code: 'changed_outside_owned', files: ['a.txt'] }])
    const owned = await picture(room, [], { session: agent('claude-1'), input: { ...input, ownedFiles: ['a.txt'] } })
    expect(owned.verdict.status).toBe('clear')
  })

  it('a changed file that a live session has in flight is that session’s, whoever asks', async () => {
    const room = await roomOf(presence('p'), presence('p.a', { parent: 'p' }), presence('codex-1'))
    room.git.dirty = ['a.txt', 'b.txt']
    const drawn = await picture(room, [edit('p.a', 'a.txt'), edit('codex-1', 'b.txt')], { session: agent('p') })
    expect(drawn.verdict.status).toBe('clear')
  })

  it('a handoff waits for the session that it names, then for the one that took it', async () => {
    const room = await roomOf(presence('a'), presence('b'), presence('c'))
    const append = (kind: string, payload: Record<string, unknown>) =>
      room.transport.log.append({
        ...{ kind, tool: 'claude_code', model: 'm', run_id: 'r', app_slug: 'demo-app', ts: TEST_NOW, payload },
      })
    const message = { to: 'claude_code', to_session_id: 'b', message: 'the cart', session_id: 'a' }
    const { eventId } = await append('handoff', message)
    const waits = async () => (await draw({ ...room, session: agent('a') })).questions.map(({ from, to }) => [from, to])
    expect(await waits()).toEqual([['a', 'b']])
    await append('handoff-accept', { handoff: eventId, session_id: 'c' })
    expect(await waits()).toEqual([['a', 'c']])
  })

  it('whoever looks is told who waits for them: an escalation for people, a question for whom it names', async () => {
    const room = await roomOf(presence('one'), presence('two'), presence('six', { tool: 'codex' }))
    const as = (sessionId: string) => ({ ...room, session: agent(sessionId) })
    await escalate(as('one'), { reason: 'which design?' })
    await say(as('two'), { to: { to: 'human', toSessionId: 'human.ann' }, text: 'which page?', asks: true })
    await say(
      { ...room, session: testSession({ sessionId: 'six', tool: 'codex' }) },
      {
        ...{ to: { to: 'claude_code', toSessionId: undefined }, text: 'whose file?', asks: true },
      },
    )
    const waiting = async (session: StatusContext['session']) => {
      const { agents, verdict } = await draw({ ...room, session } as StatusContext)
      expect(agents.map(({ state }) => state)).toEqual(['asks', 'asks', 'asks'])
      const asked = agents.filter(({ asks_you }) => asks_you === true).map(({ name }) => name)
      return [asked.sort(), verdict.because[0]?.text.startsWith('one asks you ')]
    }
    expect(await waiting(person)).toEqual([['one', 'two'], true])
    expect(await waiting(testSession({ sessionId: 'human.bob', tool: 'human' }))).toEqual([['one'], true])
    expect(await waiting(agent('two'))).toEqual([['six'], false])
    expect(await waiting(undefined)).toEqual([[], false])
  })

  it('an open escalation blocks everybody, and stands first', async () => {
    const room = await roomOf(presence('claude-1'), presence('codex-1'))
    await escalate({ ...room, session: agent('claude-1') }, { reason: 'which design?' })
    const drawn = await picture(room, shared, { session: person })
    expect(drawn.verdict.status).toBe('blocked')
    expect(drawn.verdict.because.map(({ code }) => code)).toEqual(['open_escalation', 'collision'])
    expect(drawn.questions).toMatchObject([{ kind: 'escalation', from: 'claude-1', number: 1, text: 'which design?' }])
    expect(drawn.questions[0]?.answer_with).toMatch(/^rally escalate --acknowledges 1 /)
  })
})

describe('task', () => {
  const task = async (over: Partial<Presence>, options: Parameters<typeof picture>[2] = {}) => {
    const { agents } = await picture(await roomOf(presence('s', over)), [], {
      prompts: { s: 'fix the door' },
      ...options,
    })
    return [agents[0]?.task, agents[0]?.task_source]
  }

  it('what the session said wins, then its prompt, then its branch; "working" is no task', async () => {
    expect(await task({ task: 'split watch' })).toEqual(['split watch', 'said'])
    expect(await task({ task: 'working' }, { session: person })).toEqual(['fix the door', 'prompt'])
    expect(await task({ branch_name: 'fix-512' }, { input: { prompts: 'off' } })).toEqual(['fix-512', 'branch'])
    expect(await task({ branch_name: 'main' }, { input: { prompts: 'off' } })).toEqual(['', 'none'])
  })

  it('a prompt is shown to a person, to another agent only where that was configured', async () => {
    expect(await task({}, { session: agent('other') })).toEqual(['', 'none'])
    expect(await task({})).toEqual(['', 'none'])
    expect(await task({}, { session: agent('other'), input: { prompts: 'agents' } })).toEqual([
      'fix the door',
      'prompt',
    ])
    expect(await task({}, { session: person })).toEqual(['fix the door', 'prompt'])
  })

  it('is a line of at most 80 characters without control characters', async () => {
    const [said] = await task({ task: `\u001b[31mone\ntwo\u202e${'x'.repeat(200)}` })
    expect(said).toMatch(/^one twox+…$/)
    expect(said?.length).toBe(80)
  })
})

it('people are no agents, and are shown while something of theirs is open', async () => {
  const room = await roomOf(presence('claude-1'), presence('human.ann', { tool: 'human' }))
  const drawn = await picture(room, [])
  expect(drawn.agents.map(({ name }) => name)).toEqual(['claude-1'])
  expect(drawn.people).toEqual([])
})

it('says how many messages each agent has not acknowledged, the number of a message, and on which machine it was asked', async () => {
  const room = await roomOf(presence('claude-1'), presence('claude-2'), presence('codex-1', { tool: 'codex' }))
  const unread = async () =>
    Object.fromEntries(
      (await picture(room, [], { session: person })).agents.map(({ name, unread: count }) => [name, count]),
    )
  expect(await unread()).toEqual({ 'claude-1': 0, 'claude-2': 0, 'codex-1': 0 })
  await say({ ...room, session: person }, { to: { to: 'claude_code', toSessionId: 'claude-1' }, text: 'for one' })
  await say({ ...room, session: person }, { to: { to: 'all' }, text: 'for all' })
  expect(await unread()).toEqual({ 'claude-1': 2, 'claude-2': 1, 'codex-1': 1 })
  const { messages, room: where } = await picture(room, [], { session: person })
  const revision = await room.transport.log.revision()
  expect(Object.fromEntries(messages.map(({ text, number }) => [text, number]))).toEqual({
    'for one': revision - 1,
    'for all': revision,
  })
  expect(where.machine).toBe(person.host)
})
