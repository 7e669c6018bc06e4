import { beforeEach, describe, expect, it } from 'vitest'
import { RallyError } from '../src/errors.js'
import type { InFlight } from '../src/model/in-flight.js'
import { describeSessions } from '../src/rules/picture/describe-sessions.js'
import { recordedProcess } from '../src/rules/presence/life.js'
import { groupByHost } from '../src/rules/roster/group-by-host.js'
import { createSessionRoom, type SessionRoom } from '../src/testing/session-room.js'
import { testPresence } from '../src/testing/test-room.js'
import { claimFiles } from '../src/usecases/claim/claim-files.js'
import { address } from '../src/usecases/inbox/address.js'
import { countAfter, readNewestEntries } from '../src/usecases/inbox/inbox-position.js'
import { openQuestions } from '../src/usecases/inbox/open-questions.js'
import { say } from '../src/usecases/inbox/say.js'
import { announcePresence } from '../src/usecases/presence/announce-presence.js'
import { findSession } from '../src/usecases/roster/find-session.js'
import { standBy } from '../src/usecases/standby/stand-by.js'
import { knownSessions } from '../src/usecases/timeline/known-sessions.js'
import { whoTouched } from '../src/usecases/timeline/who-touched.js'

let room: SessionRoom
const as = (id: string) => room.as(id, { tool: id.startsWith('c') ? 'codex' : 'claude_code' })
beforeEach(async () => {
  room = await createSessionRoom()
  for (const id of ['a1', 'c1']) await announcePresence(as(id))
})

describe('a session that is meant by the beginning of its id', () => {
  const [one, two] = ['0f8fad5b-d9cb-469f-a165-70867728950e', '0f8fad5b-1111-469f-a165-70867728950e']

  it('is the only one that begins so', async () => {
    await announcePresence(room.as(one, { tool: 'codex' }))
    const { transport } = room
    for (const word of ['0f8f', '0F8FAD5B-D'])
      expect(await findSession(transport, word), word).toEqual({ sessionId: one, tool: 'codex' })
    for (const word of ['0f8e', '0f8', 'a1-']) expect(await findSession(transport, word), word).toBeUndefined()
    await announcePresence(room.as(two))
    expect(await findSession(transport, '0f8f')).toBeUndefined()
    expect(await findSession(transport, '0f8fad5b-1')).toMatchObject({ sessionId: two })
  })
})

describe('who is called what', () => {
  it('by name while there is one, a person by the user, else by tool, else by id', async () => {
    const { nameOf } = await knownSessions(as('a1'))
    expect(nameOf('c1', 'codex')).toBe('codex-1')
    expect(nameOf('human.ann', 'human')).toBe('ann')
    expect(nameOf('somebody', 'human')).toBe('human')
    expect(nameOf('gone-since', 'codex')).toBe('codex')
    expect(nameOf('gone-since', '')).toBe('gone-since')
    expect(nameOf('', '')).toBe('unknown')
  })

  it('a person hears at the next command, whether there is a record or not', async () => {
    expect(await address(as('a1'), 'human.ann')).toMatchObject({
      to: 'human',
      recipients: [{ session_id: 'human.ann', name: 'ann', tool: 'human', state: 'person', hears: 'at-start' }],
    })
  })
})

describe('a presence', () => {
  const failing = (error: Error) => {
    const ctx = room.as('new', { tool: 'codex' })
    return {
      ...ctx,
      transport: { ...ctx.transport, names: { ...ctx.transport.names, assign: () => Promise.reject(error) } },
    }
  }

  it('is announced without a name where none could be stored, and named the next time', async () => {
    const full = new RallyError('NOT_STORED', { what: 'names', reason: 'disk full' })
    expect(await announcePresence(failing(full))).not.toHaveProperty('name')
    expect(await room.transport.sessions.get('new')).toMatchObject({ tool: 'codex' })
    expect(await announcePresence(room.as('new', { tool: 'codex' }))).toMatchObject({ name: 'codex-2' })
  })

  it('is refused where anything else went wrong', async () => {
    await expect(announcePresence(failing(new RallyError('BUSY', { what: 'names' })))).rejects.toMatchObject({
      code: 'BUSY',
    })
    expect(await room.transport.sessions.get('new')).toBeUndefined()
  })

  it('names a process only with the time of its start: numbers of processes are used again', () => {
    expect(recordedProcess(testPresence({ host_pid: 7, host_started: '12' }))).toMatchObject({ pid: 7, started: '12' })
    expect(recordedProcess(testPresence({ host_pid: 7 }))).toBeUndefined()
    expect(recordedProcess(testPresence({ host_started: '12' }))).toBeUndefined()
    expect(recordedProcess(testPresence({ host_pid: 7, host_started: '12', machine: 'far' }))).toBeUndefined()
  })

  it('stands below its host, however its tool is spelt', () => {
    const sessions = [testPresence({ session_id: 'x', tool: 'claude-code' }), testPresence({ tool: 'claude_code' })]
    expect(groupByHost(sessions, { now: sessions[0]?.last_seen ?? 0 })).toMatchObject([
      { id: 'claude_code', session_count: 2 },
    ])
  })
})

it('the last action of a session is its newest sign of life, an announced file is none', () => {
  const now = 10_000
  const session = testPresence({ session_id: 's', heartbeat_ts: now - 100, last_seen: now - 100 })
  const edit = { sessionId: 's', tool: 'codex', path: 'a', worktree: null, since: now - 40, last: now - 3, order: 1 }
  const last = (inFlight: readonly InFlight[], at?: number, over: object = {}) =>
    describeSessions(
      {
        ...{ sessions: [{ ...session, ...over }], inFlight, claims: new Map() },
        times: { announcedAt: () => at },
      },
      { now },
    )[0]?.lastAction
  expect(last([])).toBe(now - 100)
  expect(last([edit])).toBe(now - 3)
  expect(last([edit], now - 50)).toBe(now - 3)
  expect(last([], now - 50)).toBe(now - 50)
  // A clock that is ahead is not believed.
  expect(last([{ ...edit, last: now + 500 }])).toBe(now)
  expect(last([], undefined, { files_in_flight: ['b'] })).toBe(now - 100)
})

describe('mail', () => {
  it('"reply" means what wants an answer, before what is only unread', async () => {
    const tell = async (text: string, more: object = {}) =>
      say(as('a1'), { to: await address(as('a1'), 'codex'), text, ...more })
    await tell('for your information')
    const meant = async () => (await openQuestions(as('c1'))).map(({ text }) => text)
    expect(await meant()).toEqual(['for your information'])
    await tell('which one?', { asks: true })
    expect(await meant()).toEqual(['which one?'])
  })

  it('entries of others neither count nor show, wherever one begins to read', async () => {
    const position = { source: 'direct', box: 'codex', size: 10, handled: 0, foreign: [2, 8], ahead: [] } as const
    expect([0, 2, 5, 8, 10, 11].map((after) => countAfter(position, after))).toEqual([8, 7, 4, 2, 0, 0])
    expect(await readNewestEntries(as('c1'), position, { after: 10, limit: 5 })).toEqual([])
  })
})

describe('claims', () => {
  it('are refused with the limit that they break', async () => {
    const patterns = Array.from({ length: 1000 }, (_, n) => `src/${n}.ts`)
    await expect(claimFiles(as('a1'), { patterns })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/^a claim has at most \d+ patterns$/),
    })
    for (const secs of [0, -1, Number.NaN, 8 * 24 * 3600])
      await expect(claimFiles(as('a1'), { patterns: ['a'], secs }), String(secs)).rejects.toMatchObject({
        code: 'USAGE',
        message: 'a claim lasts between one second and seven days',
      })
    expect(await claimFiles(as('a1'), { patterns: ['a'], secs: 7 * 24 * 3600 })).toMatchObject({ claimed: true })
  })

  it('are made for a person without a record, and for no session that is not here', async () => {
    expect(await claimFiles(as('a1'), { patterns: ['a'], forSession: 'human.ann' })).toMatchObject({
      claimed: true,
      claim: { session_id: 'human.ann', tool: 'human' },
    })
  })

  it('who touched a file is told of claims that hold and may mean it, and of no others', async () => {
    await claimFiles(as('a1'), { patterns: ['src/**'], secs: 600 })
    await claimFiles(as('c1'), { patterns: ['lib/'], secs: 7200 })
    const holders = async (...files: string[]) =>
      (await whoTouched(as('a1'), { files, since: 0 })).claims.map(({ claim }) => claim.session_id)
    expect(await holders('src/a.ts')).toEqual(['a1'])
    expect(await holders('lib/')).toEqual(['c1'])
    room.clock.set(room.clock.now() + 24 * 3600)
    expect(await holders('src/a.ts', 'lib/')).toEqual([])
  })
})

it('a standby keeps the time as it was said, and makes a time of what is relative', async () => {
  const wakes = async (wakeAfter: string) => {
    await standBy(as('a1'), { reason: 'CI', wakeAfter })
    return (await room.transport.log.latest(1))[0]?.payload.wake_after
  }
  expect(await wakes('2030-01-31T09:00:00+02:00')).toBe('2030-01-31T09:00:00+02:00')
  expect(await wakes('+2h')).toMatch(/^20\d\d-\d\d-\d\dT.*Z$/)
})
