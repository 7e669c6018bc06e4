import { describe, expect, it } from 'vitest'
import { clip } from './clip.js'
import { decideStatus, type StatusFacts } from './decide-status.js'
import { cutEnd, cutMiddle, displayWidth } from './display-width.js'
import { checkHandoff } from './handoff-gate.js'
import { messageId } from './make-message.js'
import { eventIdOfMessage } from './message-ids.js'
import { parseSpawned } from './parse-spawned.js'
import { parseWakeAfter } from './parse-wake-after.js'
import { isBlocking, readVerdicts } from './read-verdicts.js'
import { sanitizeForSurface } from './sanitize-for-surface.js'
import { handledCount, unreadCount } from './unread.js'

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
  it('width counts columns', () => {
    expect([displayWidth('abc'), displayWidth('你好'), displayWidth('e\u0301')]).toEqual([3, 4, 1])
  })
  it('cuts keep the ends that matter', () => {
    expect(cutMiddle('/home/dev/projects/app', 12)).toBe('/ho…ects/app')
    expect(cutEnd('a long sentence', 7)).toBe('a long…')
    expect(displayWidth(cutMiddle('你'.repeat(30), 11))).toBeLessThanOrEqual(11)
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
