import { describe, expect, it } from 'vitest'
import { checkHandoff } from '../src/rules/handoff/handoff-gate.js'
import { latestMessages } from '../src/rules/inbox/latest-messages.js'
import { messageId } from '../src/rules/inbox/make-message.js'
import { eventIdOfMessage } from '../src/rules/inbox/message-ids.js'
import { orderingTime } from '../src/rules/inbox/message-order.js'
import { handledCount, unreadCount } from '../src/rules/inbox/unread.js'
import { extendLease } from '../src/rules/lead/lead-lease.js'
import { acceptsProtocol } from '../src/rules/log/protocol-range.js'
import { sanitizeForSurface } from '../src/rules/log/sanitize-for-surface.js'
import { findFileOverlaps } from '../src/rules/presence/file-overlaps.js'
import { parseSpawned } from '../src/rules/presence/parse-spawned.js'
import { parseWakeAfter } from '../src/rules/standby/parse-wake-after.js'
import { decideStatus, type StatusFacts } from '../src/rules/status/decide-status.js'
import { isBlocking, readVerdicts } from '../src/rules/status/read-verdicts.js'
import { makeStatusPayload, readStatusPointer } from '../src/rules/status/status-pointer.js'
import { classifyWorkSize } from '../src/rules/task/classify-work-size.js'
import { checkInInterval, makeHeartbeat } from '../src/rules/task/heartbeat-record.js'
import { clip } from '../src/rules/text/clip.js'

describe('unread', () => {
  it('a cursor beyond a box means that the box was cut: everything is new', () => {
    expect(unreadCount({ direct: { line_count: 10 } }, 'direct', 1)).toBe(1)
  })
  it.each([undefined, null, [], 'x', { direct: 5 }, { direct: { line_count: 'x' } }, { direct: { line_count: -4 } }])(
    'a damaged cursor %j has handled nothing',
    (cursor) => expect(handledCount(cursor, 'direct', 3)).toBe(0),
  )
  it('counts per source', () => {
    const cursor = { direct: { line_count: 2 }, broadcast: { line_count: 3 } }
    expect([unreadCount(cursor, 'direct', 5), unreadCount(cursor, 'broadcast', 3)]).toEqual([3, 0])
  })
})

describe('parseWakeAfter', () => {
  it.each([
    ['+30m', 1800],
    ['+2h', 7200],
    ['+1d', 86_400],
    ['+90s', 90],
    [' +5M ', 300],
  ])('%s counts from the posting', (value, seconds) => expect(parseWakeAfter(value, 1000)).toBe(1000 + seconds))
  it('reads ISO times', () => expect(parseWakeAfter('1970-01-01T01:00:00+01:00', 1000)).toBe(0))
  it.each(['', 'soon', '30m', '+m', '+1w'])('%s names no time', (value) =>
    expect(parseWakeAfter(value, 1000)).toBeUndefined(),
  )
})

describe('decideStatus', () => {
  const calm: StatusFacts = {
    unresolvedVerdicts: 0,
    openEscalations: 0,
    health: 'none',
    peerOverlapFiles: 0,
    dirtyOutsideOwned: 0,
    dirtyUnknown: false,
  }
  it.each<[Partial<StatusFacts>, string, string]>([
    [{}, 'clear', 'none'],
    [{ health: 'current' }, 'clear', 'none'],
    [{ health: 'blocked' }, 'blocked', 'review_task_heartbeat_attention'],
    [
      { health: 'needs_attention', openEscalations: 1 },
      'blocked',
      'resolve_escalations_verdicts_or_heartbeat_attention',
    ],
    [{ health: 'blocked', unresolvedVerdicts: 1 }, 'blocked', 'resolve_escalations_verdicts_or_heartbeat_attention'],
    [{ openEscalations: 2 }, 'blocked', 'resolve_open_escalations'],
    [{ unresolvedVerdicts: 1 }, 'blocked', 'resolve_unresolved_coordination_verdicts'],
    [{ openEscalations: 1, unresolvedVerdicts: 1 }, 'blocked', 'resolve_escalations_and_coordination_verdicts'],
    [{ openEscalations: 1, health: 'missing' }, 'blocked', 'resolve_open_escalations'],
    [{ health: 'stale_check_in' }, 'warn', 'review_task_heartbeat_health'],
    [{ health: 'drift_risk', dirtyOutsideOwned: 1 }, 'warn', 'review_peer_overlap_or_dirty_files'],
    [{ peerOverlapFiles: 1 }, 'warn', 'review_peer_overlap_or_dirty_files'],
    [{ dirtyUnknown: true }, 'warn', 'dirty_probe_timed_out_rerun_status'],
    [{ dirtyUnknown: true, health: 'wrong_task' }, 'warn', 'review_peer_overlap_or_dirty_files'],
  ])('%j -> %s, %s', (facts, status, requiredAction) => {
    expect(decideStatus({ ...calm, ...facts })).toEqual({ status, requiredAction })
  })
})

describe('readVerdicts', () => {
  it('takes the last verdict of a step, with any dash and line ending', () => {
    const text = [
      '# run',
      '### 2026-01-01 10:00 — codex BLOCKED',
      '**Step:** 3',
      '**Verdict:** BLOCKED',
      '### 2026-01-01 11:00 - codex PASS',
      '**Step:** 3',
      '**Verdict:** PASS',
      '### 2026-01-01 12:00 – gem PARTIAL / BLOCKED',
      '**Step:** 4',
      '**Verdict:** PARTIAL / BLOCKED',
      '### not a verdict',
      '**Step:** 5',
    ].join('\r\n')
    const verdicts = readVerdicts(text)
    expect(verdicts.map(({ step, verdict }) => [step, verdict])).toEqual([
      ['3', 'PASS'],
      ['4', 'PARTIAL / BLOCKED'],
    ])
    expect(verdicts[1]).toMatchObject({ actor: 'gem', label: 'PARTIAL / BLOCKED', stamp: '2026-01-01 12:00' })
    expect(verdicts.filter(isBlocking)).toHaveLength(1)
    // A heading begins a line.
    const quoted = 'as in ### 2026-01-01 10:00 — codex BLOCKED\n**Step:** 3\n**Verdict:** BLOCKED\n'
    expect(readVerdicts(`# run\n${quoted}`)).toEqual([])
  })
})

describe('sanitizeForSurface', () => {
  it('keeps the run of a record', () => {
    expect(sanitizeForSurface({ kind: 'phase', build_loop_id: 'bl-1', secret: 1 })).toEqual({
      kind: 'phase',
      build_loop_id: 'bl-1',
    })
  })
  it('bounds whatever stands under a known key', () => {
    const nested = JSON.parse(`${'{"a":'.repeat(50)}1${'}'.repeat(50)}`) as object
    const scope = Array.from({ length: 500 }, () => 'x'.repeat(500))
    const kept = JSON.stringify(sanitizeForSurface({ payload: { reason: nested, scope } }))
    expect(kept.length).toBeLessThan(7000)
  })
})

describe('text', () => {
  it('clip counts characters, not units', () => {
    expect(clip('😀'.repeat(5), 4)).toBe(`${'😀'.repeat(4)}...`)
    expect(clip('😀'.repeat(4), 4)).toBe('😀'.repeat(4))
  })
})

it('parseSpawned builds no prototype', () => {
  expect(Object.getPrototypeOf(parseSpawned('__proto__:3'))).toBe(Object.prototype)
  expect(Object.entries(parseSpawned('__proto__:3'))).toEqual([['__proto__', 3]])
})

it('a message id of ours names its record', () => {
  expect(eventIdOfMessage(messageId('my tool', 1795000000.123, '0123456789ab'))).toBeDefined()
})

it('a handoff whose fields have several faults names each of them once', () => {
  const verdict = checkHandoff({ ownership: { owns: [], does_not_own: [], allowed_tools: 1, interface_contract: ' ' } })
  expect(verdict).toEqual({
    ok: false,
    reason: 'empty_ownership_scope',
    missingOrInvalid: [
      'allowed_tools',
      'denied_tools',
      'interface_contract',
      'integration_checkpoint',
      'owns',
      'does_not_own',
    ],
  })
})

it.each([
  ['1.0', true],
  [' 2.17 ', true],
  ['2.17.3', true],
  ['0.9', false],
  ['3.0', false],
  ['10.0', false],
  ['v1.0', false],
  ['1', true],
  [' 2', true],
  ['3', false],
  ['0', false],
  ['', false],
  ['1.', false],
  ['1.x', false],
  ['2x', false],
  ['2.0-beta', false],
  ['2.0.x', true],
  [2, true],
  [1.5, true],
  [3, false],
  [null, false],
  [['1.0'], false],
])('a resolver of version %j is understood: %j', (version, accepted) => {
  expect(acceptsProtocol(version)).toBe(accepted)
})

it.each([
  ['S', undefined, 'small'],
  [' xs ', undefined, 'small'],
  ['s', ['a', 'b'], 'small'],
  ['m', ['a'], 'large'],
  ['XL', ['a'], 'large'],
  ['huge', ['a'], 'small'],
  ['huge', ['a', 'b'], 'large'],
  [undefined, [], 'large'],
  [undefined, ['a'], 'small'],
  ['', ['a'], 'small'],
  [undefined, ['a', 'b'], 'large'],
  [undefined, undefined, 'large'],
] as const)('work of effort %j on %j is %s', (effort, scopePaths, size) => {
  expect(classifyWorkSize({ effort, scopePaths })).toBe(size)
})

describe('heartbeat', () => {
  it.each([
    [undefined, 600],
    [0, 600],
    [Number.NaN, 600],
    [-5, 1],
    [0.4, 1],
    [90.7, 90],
  ])('interval %j is stored as %j', (given, stored) => expect(checkInInterval(given)).toBe(stored))

  it('says of what is not known that it is not known', () => {
    expect(makeHeartbeat({ sessionId: 's/1', tool: 't', taskRef: 'T' }, 100)).toMatchObject({
      ...{
        id: expect.not.stringContaining('/'),
        session_id: 's/1',
        model: 'unknown',
        run_id: 'unknown',
        app_slug: 'unknown',
      },
      ...{ status: 'running', still_on_task: true, progress_since_last: '', evidence_refs: [], attention_reason: '' },
      ...{ interval_seconds: 600, next_check_in_at: 700, ts: 100 },
    })
  })
})

describe('latest messages', () => {
  const entry = (ts: number) => ({ message: { from: 'x', ts, subject: `at ${ts}`, payload: {} } }) as never
  const unreadable = { message: null } as never
  const times = (direct: never[], broadcast: never[]) =>
    latestMessages(direct, broadcast, { now: 1000 }).map(({ ts, source }) => `${source} ${ts}`)

  it('are the newest three of both boxes', () => {
    expect(times([entry(5), unreadable, entry(2)], [entry(3), entry(4)])).toEqual([
      'broadcast 3',
      'broadcast 4',
      'direct 5',
    ])
  })
  it('a message from the future does not push others aside; one of a clock that is a little ahead is new', () => {
    expect(times([entry(9000), entry(1299)], [entry(3), entry(4)])).toEqual([
      'broadcast 3',
      'broadcast 4',
      'direct 1299',
    ])
    expect([orderingTime(1300, 1000), orderingTime(1301, 1000), orderingTime('x', 1000)]).toEqual([1300, 0, 0])
  })
})

describe('parseSpawned', () => {
  it.each([
    ['coder:2, reviewer', { coder: 2, reviewer: 1 }],
    [' coder : 2 ,coder', { coder: 3 }],
    ['coder:x', { coder: 1 }],
    ['coder:-1', { coder: -1 }],
    ['5', { 5: 1 }],
    [':3', {}],
    [', ,', {}],
    ['', {}],
    [5, {}],
  ])('%j: %j', (value, counts) => expect(parseSpawned(value)).toEqual(counts))
})

describe('status pointer', () => {
  it.each([
    { file: 'docs/status.md', committedSha: 'abc123', summary: 'half done' },
    { file: 'docs/my status.md', committedSha: null, summary: '' },
  ])('%j is read again, from the keys and from the text alone', (pointer) => {
    const payload = makeStatusPayload(pointer)
    expect(payload.subject).toBe(`status: ${pointer.file}`)
    expect(readStatusPointer(payload)).toEqual(pointer)
    expect(readStatusPointer({ summary: payload.summary })).toEqual(pointer)
  })
  it('is at the end of the text or nowhere', () => {
    expect(readStatusPointer({ summary: '[file=a] is what I read' })).toBeUndefined()
    expect(readStatusPointer({ file: 'a', summary: 'no tail' })).toEqual({
      file: 'a',
      committedSha: null,
      summary: 'no tail',
    })
  })
})

it.each([
  [30, 30],
  [0, 15],
  [-3, 15],
  ['x', 15],
  [undefined, 15],
])('a lease that names %j minutes is renewed for %j', (stored, minutes) => {
  const { lead } = extendLease({ kept: 1, lead: { session_id: 's', renew_every_minutes: stored } }, { now: 0 })
  expect(lead).toEqual({
    session_id: 's',
    renew_every_minutes: minutes,
    lease_until: `1970-01-01T00:${String(minutes).padStart(2, '0')}:00.000000+00:00`,
  })
})

describe('file overlaps', () => {
  const peer = (more: object) => ({
    session_id: 'p',
    tool: 't',
    phase: 'x',
    files_in_flight: ['b', 'a', 'a', 'c'],
    ...more,
  })
  const judged = (branch_name: string | undefined, branch_merge_status: string) =>
    findFileOverlaps([peer({ branch_name, branch_merge_status })] as never, ['a']).map(
      ({ severity, reason }) => `${severity} ${reason}`,
    )

  it('name each shared file once', () => {
    const quiet = { session_id: 'q', files_in_flight: ['z'] }
    expect(findFileOverlaps([quiet, peer({})] as never, ['a', 'b', 'x'])).toEqual([
      {
        peer: 'p',
        name: 'p',
        tool: 't',
        phase: 'x',
        files: ['a', 'b'],
        severity: 'warning',
        reason: 'active_conflict',
      },
    ])
  })
  it('of what a branch has brought home are no conflict; on the main line that says nothing', () => {
    expect(judged('topic', 'merged')).toEqual(['informational merged_residue'])
    expect(judged('topic', 'squash_landed')).toEqual(['informational squash_landed'])
    expect(judged('topic', 'ahead')).toEqual(['warning active_conflict'])
    for (const branch of ['main', 'master']) {
      for (const status of ['merged', 'squash_landed'])
        expect(judged(branch, status)).toEqual(['warning active_conflict'])
    }
  })
})
