import { describe, expect, it } from 'vitest'
import type { InFlight } from '../model/in-flight.js'
import { childSessionId, isKin } from '../rules/presence/family.js'
import { foldPath, isInFlight, wasFirst } from '../rules/presence/in-flight.js'
import type { Collision } from './collisions.js'
import { advanceBox, type BoxEntry, type BoxPage, isUrgent, pendingMessages } from './pending.js'
import { announcedFiles, inFlightTimes, type PresenceFacts, planPresence } from './presence-plan.js'
import { historyDaysOf, isSilenced, mergeHookSettings } from './settings.js'
import { type BoxTold, NOTHING_TOLD, parseTold } from './told.js'
import { isNewCollision } from './warned.js'

const NOW = 1_000_000

describe('files in flight', () => {
  const entry = (more: Partial<InFlight>): InFlight => ({
    ...{ sessionId: 'a', tool: 't', path: 'x', worktree: '/w', since: NOW, last: NOW, order: 1 },
    ...more,
  })

  it('last for 15 minutes, announced ones as long as their session', () => {
    expect(isInFlight(entry({}), NOW + 899)).toBe(true)
    expect(isInFlight(entry({}), NOW + 900)).toBe(false)
    expect(isInFlight(entry({ announced: true }), NOW + 9000)).toBe(true)
  })

  it('fold case and Unicode forms only where the file system does', () => {
    expect(foldPath('src/A.ts', false)).toBe('src/A.ts')
    expect(foldPath('src/A.ts', true)).toBe('src/a.ts')
    expect(foldPath('src/e\u0301.ts', false)).toBe('src/e\u0301.ts')
    expect(foldPath('src/E\u0301.ts', true)).toBe('src/\u00e9.ts')
  })

  it('of a race have one first holder, seen from both sides', () => {
    for (const [a, b] of [
      [entry({ order: 1 }), entry({ order: 2, since: NOW - 1 })],
      [entry({ since: NOW - 50, order: 9 }), entry({ order: 2 })],
    ] as const) {
      expect([wasFirst(a, b), wasFirst(b, a)]).toEqual([true, false])
    }
    const two = NOW - 2
    // Within two seconds the order of writing decides, where both have one; beyond, and without, the clocks do.
    expect(wasFirst(entry({ since: NOW, order: 1 }), entry({ since: two, order: 2 }))).toBe(true)
    expect(wasFirst(entry({ since: NOW, order: 1 }), entry({ since: two - 1, order: 2 }))).toBe(false)
    for (const [mine, other] of [
      [0, 2],
      [2, 0],
      [0, 0],
    ] as const) {
      expect(wasFirst(entry({ since: two, order: other }), entry({ order: mine }))).toBe(true)
      expect(wasFirst(entry({ order: other }), entry({ since: two, order: mine }))).toBe(false)
    }
    expect(wasFirst(entry({ order: 0 }), entry({ order: 0 }))).toBe(true)
    expect(wasFirst(entry({ announced: true, last: NOW, order: 0, since: 0 }), entry({}))).toBe(true)
    expect(wasFirst(entry({ announced: true, last: NOW - 9, order: 0, since: 0 }), entry({}))).toBe(true)
    expect(wasFirst(entry({ announced: true, last: NOW + 9, order: 0, since: 0 }), entry({}))).toBe(false)
  })
})

describe('a warning that was given', () => {
  const peer = { sessionId: 'p', tool: 't' } as Collision['peer']
  const collision = { peer, kind: 'collision', path: 'a', since: 100, last: 100, deniable: false } satisfies Collision
  const warned = [{ since: 100, path: 'a', peer: 'p', kind: 'collision' as const }]
  const isNew = (changed: Partial<Collision>) => isNewCollision({ ...collision, ...changed }, warned)

  it('is not repeated for the same stretch of work, nor for what is only announced', () => {
    expect(isNew({})).toBe(false)
    expect(isNew({ last: 500 })).toBe(false)
    expect(isNew({ since: 0 })).toBe(false)
  })

  it('is given anew when the peer began anew, by a clock that went on or was set back, or when it became another kind', () => {
    expect(isNew({ since: 900 })).toBe(true)
    expect(isNew({ since: 40 })).toBe(true)
    expect(isNew({ kind: 'merge-risk' })).toBe(true)
    expect(isNew({ path: 'b' })).toBe(true)
  })

  it('counts the last word on a file, not the first', () => {
    const later = [...warned, { since: 40, path: 'a', peer: 'p', kind: 'collision' as const }]
    expect(isNewCollision({ ...collision, since: 40 }, later)).toBe(false)
    expect(isNewCollision(collision, later)).toBe(true)
  })
})

describe('kin', () => {
  it('are a session and the one that started it, not siblings', () => {
    expect(isKin({ sessionId: 'a' }, { sessionId: 'a.c1', parent: 'a' })).toBe(true)
    expect(isKin({ sessionId: 'agent:x', parent: 'a' }, { sessionId: 'a' })).toBe(true)
    expect(isKin({ sessionId: 'a.c1', parent: 'a' }, { sessionId: 'a.c2', parent: 'a' })).toBe(false)
    expect(isKin({ sessionId: 'a' }, { sessionId: 'a' })).toBe(true)
    expect(isKin({ sessionId: childSessionId('a', 'c1'), parent: 'a' }, { sessionId: 'a' })).toBe(true)
    expect([childSessionId('a', 'c1'), childSessionId('a', 'c2')]).toEqual(['a.c1', 'a.c2'])
    // A dot in an id is no proof of kinship.
    expect(isKin({ sessionId: 'a' }, { sessionId: 'a.2' })).toBe(false)
  })
})

describe('settings', () => {
  it('take defaults for anything odd', () => {
    const defaults = {
      enabled: true,
      budget: 2000,
      collision: 'warn',
      turnEnd: 'silent',
      prompts: 'person',
      historyDays: 7,
    }
    for (const odd of [
      undefined,
      null,
      7,
      [],
      'x',
      { hooks: 1 },
      { hooks: { budget: 'a', collision: 'x', enabled: 'no' } },
    ]) {
      expect(mergeHookSettings(odd, odd)).toEqual(defaults)
    }
  })

  it('keep history as long as the user says, whatever a repository says', () => {
    const days = (value: unknown) => ({ history: { days: value } })
    const ends = (user?: string, repository?: string) =>
      mergeHookSettings({ hooks: { turn_end: user } }, { hooks: { turn_end: repository } }).turnEnd
    expect([ends('messages'), ends('messages', 'silent'), ends(undefined, 'messages'), ends('x')]).toEqual([
      ...['messages', 'silent', 'silent', 'silent'],
    ])
    expect(ends('messages', 'messages')).toBe('messages')
    expect([2, -1, 1000, '3'].map((value) => historyDaysOf(days(value)))).toEqual([2, 7, 7, 7])
    expect(mergeHookSettings(days(30), days(1)).historyDays).toBe(30)
  })

  it('let a repository be quieter or stricter, never louder', () => {
    const merge = (mine: object, theirs: object) => mergeHookSettings({ hooks: mine }, { hooks: theirs })
    expect(merge({ enabled: false }, { enabled: true }).enabled).toBe(false)
    expect(merge({}, { enabled: false }).enabled).toBe(false)
    expect(merge({}, { budget: 9000 }).budget).toBe(2000)
    expect(merge({ budget: 9000 }, {}).budget).toBe(9000)
    expect(merge({ budget: 9000 }, { budget: 500 }).budget).toBe(500)
    expect(merge({ budget: 1 }, {}).budget).toBe(200)
    expect(merge({ collision: 'warn' }, { collision: 'deny' }).collision).toBe('deny')
    expect(merge({ collision: 'deny' }, {}).collision).toBe('deny')
    expect(merge({ collision: 'deny' }, { collision: 'warn' }).collision).toBe('deny')
    expect(merge({ collision: 'off' }, { collision: 'deny' }).collision).toBe('off')
  })

  it('know whose file refuses edits', () => {
    const denies = (mine: string | undefined, theirs: string | undefined) =>
      mergeHookSettings({ hooks: { collision: mine } }, { hooks: { collision: theirs } }).denies
    expect([denies('deny', undefined), denies('deny', 'warn')]).toEqual(['user', 'user'])
    expect([denies('warn', 'deny'), denies(undefined, 'deny'), denies('deny', 'deny')]).toEqual([
      ...['repository', 'repository', 'repository'],
    ])
    expect([denies('off', 'deny'), denies('deny', 'off'), denies(undefined, undefined)]).toEqual([
      ...[undefined, undefined, undefined],
    ])
  })

  it('know the words that silence', () => {
    expect(['off', ' OFF ', '0', 'false', 'no'].map(isSilenced)).toEqual([true, true, true, true, true])
    expect([undefined, '', 'on', '1'].map(isSilenced)).toEqual([false, false, false, false])
  })
})

describe('what waits in a box', () => {
  const told: BoxTold = { offset: 0, line: 0, counted: true, ahead: [], seen: 0, seenLine: 0 }
  const entry = (line: number, message: BoxEntry['message'] = { from: 'x', ts: line, payload: {} }): BoxEntry => ({
    line,
    end: line * 10,
    message,
  })
  const page = (entries: BoxEntry[], more: Partial<BoxPage> = {}): BoxPage => ({
    ...{ box: 'codex', source: 'direct', told, ack: undefined, entries },
    ...more,
  })
  const ME = { sessionId: 'me', since: 0 }
  const lines = (pages: BoxPage[]) => pendingMessages(pages, ME).pending.map(({ line }) => line)

  it('leaves out what is unreadable, own, handled or told ahead', () => {
    const entries = [entry(1), entry(2, null), entry(3, { from_session_id: 'me' }), entry(4), entry(5)]
    expect(lines([page(entries, { ack: { direct: { line_count: 1 } }, told: { ...told, ahead: [4] } })])).toEqual([5])
    const others = [
      entry(1, { from: 'x', to_session_id: 'you', payload: {} }),
      entry(2, { from: 'x', to_session_id: 'me', payload: {} }),
    ]
    expect(lines([page(others)])).toEqual([2])
    // A cursor beyond the box: the box was replaced, everything in it is new.
    expect(lines([page([entry(1)], { ack: { direct: { line_count: 9 } } })])).toEqual([1])
    // A box that was entered in the middle has no count: times decide.
    const byTime = { told: { ...told, counted: false }, ack: { direct: { line_count: 1, last_message_ts: 4 } } }
    expect(lines([page(entries, byTime)])).toEqual([5])
  })

  it('puts urgent ones first, then goes by time over all boxes', () => {
    const urgent = { from: 'x', ts: 99, payload: { urgent: true } }
    const other = page([entry(1, { from: 'x', ts: 2.5, payload: {} })], { box: 'all', source: 'broadcast' })
    const { pending } = pendingMessages([page([entry(2), entry(3), entry(4, urgent)]), other], ME)
    expect(pending.map(({ box, line }) => `${box} ${line}`)).toEqual(['codex 4', 'codex 2', 'all 1', 'codex 3'])
  })

  it('keeps the newest 20 and passes the others over', () => {
    const entries = Array.from({ length: 50 }, (_, index) => entry(index + 1))
    const { pending, passed } = pendingMessages([page(entries)], ME)
    expect([pending.length, pending[0]?.line, passed.length]).toEqual([20, 31, 30])
  })

  it('moves on to the first message that still waits, and remembers those told ahead', () => {
    const one = page([entry(1), entry(2), entry(3, { from: 'x', payload: { urgent: true } }), entry(4)])
    const { pending } = pendingMessages([one], ME)
    const some = pending.filter(({ line }) => line === 1 || line === 3)
    expect(advanceBox(one, some, ME)).toEqual({
      offset: 10,
      line: 1,
      counted: true,
      ahead: [3],
      seen: 40,
      seenLine: 4,
    })
    expect(advanceBox(one, pending, ME)).toMatchObject({ offset: 40, line: 4, ahead: [], seen: 40 })
    expect(advanceBox(one, [], ME)).toMatchObject({ offset: 0, line: 0, seen: 0, seenLine: 0 })
  })

  it('urgent ones take the places of others', () => {
    const urgent = { from: 'x', ts: 1, payload: { urgent: true } }
    const entries = Array.from({ length: 50 }, (_, index) => entry(index + 1, index < 5 ? urgent : undefined))
    const { pending, passed } = pendingMessages([page(entries)], ME)
    expect([pending.length, pending.at(-15)?.line, passed.length]).toEqual([20, 36, 30])
    const many = Array.from({ length: 25 }, (_, index) => entry(index + 1, urgent))
    expect(pendingMessages([page([...many, entry(26)])], ME)).toMatchObject({
      pending: { length: 25 },
      passed: { length: 1 },
    })
  })

  it('is told by its box: a line of the same number elsewhere still waits', () => {
    const one = page([entry(1), entry(2)])
    const { pending } = pendingMessages([{ ...one, box: 'all' }], ME)
    expect(advanceBox(one, pending, ME)).toMatchObject({ offset: 0, line: 0, ahead: [] })
  })

  it('passes over lines that cannot be read, and forgets what was told ahead once it is behind', () => {
    const one = page([entry(1), entry(2, null), entry(3)], { told: { ...told, ahead: [3, 9] } })
    const { pending } = pendingMessages([one], ME)
    expect(pending.map(({ line }) => line)).toEqual([1])
    expect(advanceBox(one, pending, ME)).toEqual({ ...told, offset: 30, line: 3, ahead: [9], seen: 30, seenLine: 3 })
  })

  it('stays where it was when only the end of the box was looked at', () => {
    const urgent = { from: 'x', ts: 1, payload: { urgent: true } }
    const end = page([entry(3), entry(4, urgent)], { told: { ...told, seen: 20, seenLine: 2 } })
    const { pending } = pendingMessages([end], ME)
    const said = pending.filter((one) => one.urgent)
    expect(advanceBox(end, said, ME)).toEqual({ ...told, ahead: [4], seen: 40, seenLine: 4 })
    expect(advanceBox(end, [], ME)).toEqual({ ...told, seen: 0, seenLine: 0 })
    const nothing = page([], { told: { ...told, seen: 20, seenLine: 2 } })
    expect(advanceBox(nothing, [], ME)).toEqual(nothing.told)
  })

  it('of a box without a count goes by time only where a time was handled', () => {
    const open = { ...told, counted: false }
    expect(lines([page([entry(1)], { told: open, ack: { direct: { line_count: 9 } } })])).toEqual([1])
    const timeless = entry(1, { from: 'x', payload: {} })
    expect(lines([page([timeless], { told: open, ack: { direct: { last_message_ts: 9 } } })])).toEqual([1])
  })

  it('is urgent by flag, kind or priority', () => {
    const yes = [
      { urgent: true },
      { kind: 'escalation' },
      { payload: { priority: 'URGENT' } },
      { payload: { severity: 'critical' } },
    ]
    expect(yes.map(isUrgent)).toEqual([true, true, true, true])
    expect([{}, { urgent: 'no' }, { payload: { priority: 'high' } }].map(isUrgent)).toEqual([false, false, false])
  })
})

describe('what was told', () => {
  it('is read from any shape', () => {
    for (const odd of [
      undefined,
      null,
      [],
      'x',
      { boxes: 1 },
      { boxes: { a: null, b: { offset: -1, line: 0 }, c: { offset: 1.5, line: 0 }, d: { offset: 1, line: -1 } } },
      { boxes: { a: { line: 1 }, b: { offset: 1 } } },
    ]) {
      expect(parseTold(odd)).toEqual(NOTHING_TOLD)
    }
    const box = { offset: 5, line: 2, counted: true, ahead: [3], seen: 9, seenLine: 4 }
    expect(parseTold(JSON.parse(JSON.stringify({ greeted: 1, revision: 2, boxes: { a: box } })))).toEqual({
      ...NOTHING_TOLD,
      ...{ greeted: 1, revision: 2, boxes: { a: box } },
    })
    expect(parseTold({ boxes: { a: { offset: 5, line: 2, ahead: ['x', 3], seen: 1 } } }).boxes.a).toMatchObject({
      ...{ ahead: [3], seen: 5, seenLine: 2, counted: true },
    })
    const start = { offset: 0, line: 0, counted: false, ahead: [], seen: 0, seenLine: 0 }
    expect(parseTold({ boxes: { a: start, b: 'x' } }).boxes).toEqual({ a: start })
  })
})

describe('planPresence', () => {
  const facts = (more: Partial<PresenceFacts> = {}): PresenceFacts => ({
    ...{ now: NOW, moment: 'before-edit', sessionId: 's', tool: 't', appSlug: 'app', cwd: '/w', worktree: '/w' },
    ...more,
  })
  const claim = (path: string, more: Partial<InFlight> = {}): InFlight => ({
    ...{ sessionId: 's', tool: 't', path, worktree: '/w', since: NOW - 5, last: NOW, order: 1 },
    ...more,
  })

  it('makes a whole record from nothing, and from a reader stub only keeps its place', () => {
    const made = planPresence(undefined, facts({ machine: 'm', branch: 'main', own: [claim('a')] }))
    expect(made).toMatchObject({
      session_id: 's',
      phase: 'working',
      host: 'm',
      files_in_flight: ['a'],
      branch_name: 'main',
    })
    const cursor = { revision: 3, changes_offset: 4 }
    const stub = {
      session_id: 's',
      tool: 'reader',
      model: 'n/a',
      run_id: 'n/a',
      phase: 'reader',
      heartbeat_ts: 0,
      cursor,
    }
    expect(planPresence(stub, facts())).toMatchObject({
      tool: 't',
      model: 'unknown',
      run_id: 'unknown',
      phase: 'working',
      cursor,
    })
  })

  it('is silent while nothing changed, and for 30 s', () => {
    const stored = planPresence(
      undefined,
      facts({ machine: 'm', hostProcess: { pid: 7, started: 'x', namespace: 'n' }, own: [claim('a')] }),
    )
    expect(planPresence(stored, facts({ now: NOW + 30, own: [claim('a', { last: NOW + 100 })] }))).toBeUndefined()
    expect(planPresence(stored, facts({ now: NOW + 31, own: [claim('a')] }))).toBeDefined()
    expect(planPresence(stored, facts({ now: NOW - 5, own: [claim('a')] }))).toBeDefined()
    for (const change of [
      { own: [claim('a'), claim('b')] },
      { own: [] },
      { moment: 'turn-end' as const },
      { model: 'new' },
      { cwd: '/w/sub' },
      { branch: 'topic' },
      { tree: '1.2.3' },
      { hostProcess: { pid: 8, started: 'x', namespace: 'n' } },
      { hostProcess: null },
    ]) {
      expect(
        planPresence(stored, facts({ now: NOW + 1, own: [claim('a')], ...change })),
        JSON.stringify(change),
      ).toBeDefined()
    }
  })

  it('keeps what others know better, and fills in what nobody said', () => {
    expect(planPresence(undefined, facts())).toMatchObject({
      ...{ task: '', parent: null, spawned: {}, planned_heartbeat_secs: null, pid: null, host: 'unknown' },
      ...{ app_slug: 'app', cursor: { revision: 0, changes_offset: 0 }, heartbeat_ts: NOW, last_seen: NOW },
    })
    const said = { task: 'prices', parent: 'p', spawned: { x: 1 }, planned_heartbeat_secs: 60, pid: 7, host: 'h' }
    const stored = { ...said, model: 'm1', app_slug: 'other', run_id: 'r1', build_loop_id: 'bl' }
    const hints = { label: 'label', hostProcess: { pid: 9, started: 'x', namespace: 'n' } }
    expect(planPresence(stored, facts(hints))).toMatchObject({ ...stored, host_pid: 9, host_started: 'x' })
    const known = { model: 'm2', parent: 'q', machine: 'here' }
    expect(planPresence(stored, facts(known))).toMatchObject({ model: 'm2', parent: 'q', host: 'here' })
    expect(planPresence(undefined, facts(hints))).toMatchObject({ task: 'label', pid: 9 })
  })

  it('names what goes on, unless the session says more than that', () => {
    const phase = (moment: PresenceFacts['moment'], old?: string) =>
      planPresence(old === undefined ? undefined : { phase: old }, facts({ moment }))?.phase
    expect([phase('session-start'), phase('child-start'), phase('prompt'), phase('turn-end')]).toEqual([
      ...['joined', 'joined', 'working', 'idle'],
    ])
    expect([phase('before-edit', 'idle'), phase('turn-end', 'rally-point')]).toEqual(['working', 'idle'])
    expect([phase('before-edit', 'review'), phase('turn-end', 'review')]).toEqual(['review', 'review'])
  })

  it('takes no fact of another branch over, and makes none up', () => {
    const branch = {
      branch_name: 'a',
      branch_head_sha: 's',
      branch_merge_status: 'merged',
      branch_merge_status_checked_ts: 5,
    }
    expect(planPresence(branch, facts())).toMatchObject(branch)
    expect(planPresence(branch, facts({ branch: 'a' }))).toMatchObject(branch)
    expect(planPresence(branch, facts({ branch: 'b' }))).toMatchObject({
      ...{ branch_name: 'b', branch_head_sha: 'unknown', branch_merge_status: 'unknown' },
      branch_merge_status_checked_ts: NOW,
    })
    expect(
      Object.keys(planPresence({}, facts({ branch: 'b' })) ?? {}).filter((key) => key.startsWith('branch')),
    ).toEqual(['branch_name'])
    expect(Object.keys(planPresence({}, facts()) ?? {}).filter((key) => key.startsWith('branch'))).toEqual([])
  })

  it('names the process of the host whole or not at all, until it cannot be told', () => {
    const stored = { host_pid: 7, host_started: 'x' }
    expect(planPresence(stored, facts())).toMatchObject(stored)
    for (const [old, hostProcess] of [[{ host_pid: 7 }], [{ host_started: 'x' }], [stored, null]] as const) {
      const made = planPresence(old, facts({ hostProcess }))
      expect([made?.host_pid, made?.host_started]).toEqual([undefined, undefined])
    }
  })

  it('is written again for another session, tool, tree or process of the same number', () => {
    const host = { hostProcess: { pid: 7, started: 'x', namespace: 'n' } }
    const stored = planPresence(undefined, facts({ ...host, own: [] })) ?? {}
    expect(stored).not.toHaveProperty('in_flight')
    const again = (more: Partial<PresenceFacts>) => planPresence(stored, facts({ own: [], ...more })) !== undefined
    expect([again({}), again(host), again({ model: 'unknown' })]).toEqual([false, false, false])
    for (const change of [
      ...[{ sessionId: 's2' }, { tool: 't2' }, { worktree: '/v' }, { parent: 'p' }, { machine: 'm' }],
      { hostProcess: { pid: 7, started: 'y', namespace: 'n' } },
    ])
      expect(again(change), JSON.stringify(change)).toBe(true)
    expect(planPresence({ ...stored, cursor: 5 }, facts({ own: [] }))).toBeDefined()
  })

  it('reads noted times of any shape', () => {
    const in_flight = { a: { since: 1, last: 2 }, b: { last: 3 }, c: { since: 1 }, d: 'x' }
    expect(inFlightTimes({ in_flight })).toEqual({ a: { since: 1, last: 2 }, b: { since: 3, last: 3 } })
  })

  it('drops files that ran out, keeps announced ones and leaves other working trees out', () => {
    const stored = {
      ...planPresence(undefined, facts({ own: [claim('old', { last: NOW })] })),
      files_in_flight: ['old', 'mine'],
    }
    expect(announcedFiles(stored)).toEqual(['mine'])
    const own = [claim('new', { last: NOW + 899 }), claim('there', { worktree: '/other' })]
    const later = planPresence(stored, facts({ now: NOW + 900, own }))
    expect(later?.files_in_flight).toEqual(['mine', 'new'])
    expect(Object.keys(inFlightTimes(later))).toEqual(['new'])
    expect(planPresence(stored, facts({ now: NOW + 900, moment: 'prompt' }))?.files_in_flight).toEqual(['mine'])
  })
})
