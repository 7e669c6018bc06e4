import { beforeEach, describe, expect, it } from 'vitest'
import type { EditStretch } from '../../model/edit-stretch.js'
import type { Presence } from '../../model/presence.js'
import { createTestRoom, TEST_NOW, type TestRoom, testPresence, testSession } from '../../testing/test-room.js'
import { claimFiles } from './claim-files.js'
import { guardCommit } from './guard-commit.js'

const TREE = '/repo/demo-app'
let room: TestRoom
let edits: EditStretch[]
beforeEach(async () => {
  room = await createTestRoom()
  edits = []
  await here('codex-1')
})

/** A session that is here. */
const here = (id: string, over: Partial<Presence> = {}) =>
  room.transport.sessions.put(testPresence({ session_id: id, name: id, worktree: TREE, phase: 'working', ...over }))

function edited(sessionId: string, path: string, over: Partial<EditStretch> = {}): void {
  const [since, last] = [TEST_NOW - 60, TEST_NOW - 60]
  const who = { sessionId, name: sessionId, tool: 'codex', parent: null }
  edits.push({ ...who, path, worktree: TREE, tree: null, since, last, count: 1, ...over })
}

const as = (id: string, more: object = {}) => ({
  ...room,
  history: {
    edits: async (query: { present?: readonly string[] | undefined }) =>
      edits.filter(({ sessionId }) => query.present?.includes(sessionId)),
  },
  session: testSession({ sessionId: id, ...more }),
})

/** What is said of each file of a commit: whose it is, and whether an agent may be stopped. */
async function guard(ctx: ReturnType<typeof as> = as('me'), files = ['a.ts', 'src/b.ts', 'c.ts']) {
  room.git.staged = files
  const { others } = await guardCommit(ctx, { staged: true })
  return others.map(({ path, name, work, claim, stops }) =>
    [path, name, work && 'edits', claim && 'claims', stops && 'stops'].filter((word) => word).join(' '),
  )
}

describe('guardCommit', () => {
  it('says nothing of one’s own work, of other files and of nobody', async () => {
    await here('me')
    edited('me', 'a.ts')
    edited('codex-1', 'elsewhere.ts')
    expect(await guard()).toEqual([])
    expect(await guard(as('me'), [])).toEqual([])
  })

  it('names what another session edited, however long ago, while it lives', async () => {
    edited('codex-1', 'a.ts', { last: TEST_NOW - 9 * 3600 })
    expect(await guard()).toEqual(['a.ts codex-1 edits stops'])
    room.advance(3600)
    expect(await guard()).toEqual([])
  })

  it('leaves out what was committed since, and keeps what was edited after that', async () => {
    edited('codex-1', 'a.ts')
    edited('codex-1', 'src/b.ts')
    room.git.commits = new Map([
      ['a.ts', TEST_NOW - 29],
      ['src/b.ts', TEST_NOW - 61],
    ])
    expect(await guard()).toEqual(['src/b.ts codex-1 edits stops'])
  })

  it('doubts what was committed a moment after it was announced, unless the session that asks edited it since', async () => {
    await here('me')
    edited('codex-1', 'a.ts')
    room.git.commits = new Map([['a.ts', TEST_NOW - 31]])
    expect(await guard()).toEqual(['a.ts codex-1 edits'])
    room.git.commits = new Map([['a.ts', TEST_NOW - 30]])
    expect(await guard()).toEqual([])
    room.git.commits = new Map([['a.ts', TEST_NOW - 31]])
    edited('me', 'a.ts', { last: TEST_NOW - 31 })
    expect(await guard()).toEqual([])
    edits.pop()
    await here('codex-1', { last_seen: TEST_NOW + 900, planned_heartbeat_secs: 900 })
    room.advance(839)
    expect(await guard()).toEqual(['a.ts codex-1 edits'])
    room.advance(1)
    expect(await guard()).toEqual([])
  })

  it('is of this working tree alone', async () => {
    edited('codex-1', 'a.ts', { worktree: '/repo/tree' })
    expect(await guard()).toEqual([])
  })

  it('knows subagents and who started one', async () => {
    await here('me.1', { parent: 'me' })
    await here('boss')
    edited('me.1', 'a.ts')
    edited('boss', 'c.ts')
    expect(await guard(as('me', { parent: 'boss' }))).toEqual([])
    expect(await guard(as('codex-1'))).toEqual(['a.ts me.1 edits stops', 'c.ts boss edits stops'])
  })

  it('knows the sessions of which one asks', async () => {
    edited('codex-1', 'a.ts')
    const { session: _, ...ctx } = as('me')
    room.git.staged = ['a.ts']
    expect((await guardCommit({ ...ctx, candidates: ['codex-1', 'x'] }, { staged: true })).others).toEqual([])
    expect((await guardCommit(ctx, { staged: true })).others).toHaveLength(1)
  })

  it('believes what a session says that it has in flight: files, folders, globs', async () => {
    await here('codex-1', { files_in_flight: ['src/', '*.md', 'c.ts'] })
    room.git.commits = new Map([['c.ts', TEST_NOW + 5]])
    expect(await guard(as('me'), ['a.ts', 'c.ts', 'src/b.ts', 'x.md', 'docs/y.md'])).toEqual([
      'c.ts codex-1 edits stops',
      'src/b.ts codex-1 edits stops',
      'x.md codex-1 edits stops',
    ])
  })

  it('finds files in folders that are new', async () => {
    edited('codex-1', 'new/deep/x.ts')
    await claimFiles(as('codex-1'), { patterns: ['old/y.ts'], secs: 600 })
    expect(await guard(as('me'), ['new/', 'old/'])).toEqual([
      'new/deep/x.ts codex-1 edits stops',
      'old/ codex-1 claims stops',
    ])
  })

  it('names claims that hold, but those of one’s own', async () => {
    await claimFiles(as('codex-1'), { patterns: ['src/**'], secs: 600 })
    await claimFiles(as('me'), { patterns: ['a.ts'], secs: 600 })
    edited('codex-1', 'src/b.ts')
    expect(await guard()).toEqual(['src/b.ts codex-1 edits claims stops'])
    expect(await guard(as('codex-1'))).toEqual(['a.ts claude-code-1 claims stops'])
  })

  it('stops nobody for a claim that is shared, uncertain, or of another tree', async () => {
    await here('other', { worktree: '/repo/tree' })
    await claimFiles(as('codex-1'), { patterns: ['a.ts'], secs: 600, shared: true })
    await claimFiles(as('codex-1'), { patterns: ['src/?.ts'], secs: 600 })
    await claimFiles(as('other'), { patterns: ['c.ts'], secs: 600 })
    await here('other', { worktree: '/repo/tree' })
    expect(await guard()).toEqual(['a.ts codex-1 claims', 'c.ts other claims', 'src/b.ts codex-1 claims'])
    await claimFiles(as('me'), { patterns: ['a.ts'], secs: 600, shared: true })
    expect(await guard()).toEqual(['c.ts other claims', 'src/b.ts codex-1 claims'])
  })

  it('does not keep a session from what it claimed before the other edited it', async () => {
    await claimFiles(as('me'), { patterns: ['a.ts'], secs: 600 })
    edited('codex-1', 'a.ts', { last: TEST_NOW + 5 })
    edited('codex-1', 'c.ts')
    await claimFiles(as('me'), { patterns: ['c.ts'], secs: 600 })
    expect(await guard()).toEqual(['a.ts codex-1 edits', 'c.ts codex-1 edits stops'])
  })

  it('knows people: their claims are theirs, and those of others are not', async () => {
    const ann = testSession({ sessionId: 'human.ann', tool: 'human', user: 'ann' })
    await claimFiles({ ...as('x'), session: ann }, { patterns: ['a.ts'], secs: 600 })
    expect(await guard()).toEqual(['a.ts ann claims stops'])
    expect(await guard({ ...as('x'), session: ann })).toEqual([])
  })

  it('never counts a session whose process is gone', async () => {
    const gone = { hostProcess: () => 'gone' as const }
    await here('codex-1', { host_pid: 7, host_started: 'then' })
    edited('codex-1', 'a.ts')
    await claimFiles(as('codex-1'), { patterns: ['c.ts'], secs: 600 })
    await here('codex-1', { host_pid: 7, host_started: 'then' })
    expect(await guard()).toHaveLength(2)
    expect(await guard({ ...as('me'), ...gone })).toEqual([])
  })

  it('says whether the branch moved, and what git did not say', async () => {
    await here('me', { branch_name: 'feature' })
    room.git.dirtyUnknown = true
    expect(await guardCommit(as('me'), { staged: false, branch: true })).toEqual({
      ...{ count: 0, unknown: true, others: [] },
      branch: { now: 'main', was: 'feature' },
    })
    expect((await guardCommit(as('me'), { staged: true })).branch).toEqual({ now: null, was: null })
  })
})
