import { describe, expect, it } from 'vitest'
import { summarizeTaskHealth } from './task-health.js'

const NOW = 1_795_000_000
const line = (over: Record<string, unknown>) => ({
  session_id: 's',
  tool: 't',
  task_ref: 'T',
  status: 'running',
  still_on_task: true,
  interval_seconds: 600,
  ts: NOW - 10,
  next_check_in_at: NOW + 590,
  ...over,
})
const health = (lines: unknown[], expectedRef?: string) =>
  summarizeTaskHealth(lines, { now: NOW, sessionId: 's', expectedRef })

describe('a finished task', () => {
  it('never goes stale', () => {
    const old = { status: 'done_pending_release', ts: NOW - 90_000, next_check_in_at: NOW - 89_400 }
    expect(health([line(old)], 'T').health).toBe('current')
  })
})

describe('lines in another order than they were written', () => {
  it('count by their time; of two of one time the later line counts', () => {
    const [older, newer] = [line({ task_ref: 'O', ts: NOW - 50 }), line({ ts: NOW - 5 })]
    expect(health([newer, older], 'T')).toMatchObject({ health: 'current', latest: { task_ref: 'T' } })
    expect(health([line({ task_ref: 'O' }), line({})], 'T')).toMatchObject({ latest: { task_ref: 'T' } })
    expect(health([line({}), line({ task_ref: 'O' })], 'T')).toMatchObject({ latest: { task_ref: 'O' } })
  })
})

describe('a line from the future', () => {
  const future = line({ task_ref: 'O', ts: NOW + 9_999_999, next_check_in_at: NOW + 9_999_999 })

  it('is overtaken by the next line', () => {
    expect(health([future, line({})], 'T')).toMatchObject({ health: 'current', latest: { task_ref: 'T' } })
  })

  it('counts as the newest until then', () => {
    expect(health([line({}), future], 'T').health).toBe('wrong_task')
  })

  it('does not keep a task healthy for ever when it is the only one', () => {
    expect(health([future], 'O')).toMatchObject({ health: 'stale_check_in', missed_count: 1 })
  })

  it('is believed within the clock skew that machines have', () => {
    expect(health([line({ ts: NOW + 59, next_check_in_at: NOW + 659 })], 'T').health).toBe('current')
  })
})

describe('damaged lines', () => {
  it('never fail, and a time that is no number counts in order of writing', () => {
    const lines = [null, 5, [], 'x', line({ ts: NOW - 100 }), line({ ts: { a: 1 }, task_ref: 'O' })]
    expect(health(lines, 'T').health).toBe('wrong_task')
    expect(health([...lines, line({ ts: NOW - 5 })], 'T').health).toBe('current')
  })

  it('give a compact line of the right types', () => {
    const latest = health([line({ id: 7, evidence_refs: 'x', progress_since_last: null, ts: 'soon' })]).latest
    expect(latest).toMatchObject({ id: '', evidence_refs: [], progress_since_last: '', ts: null })
  })
})

it('cuts long progress', () => {
  const latest = health([line({ progress_since_last: 'p'.repeat(241) })]).latest
  expect(latest?.progress_since_last).toBe(`${'p'.repeat(239)}...`)
})

it('a wrong task shows the off-task line, and the line of the expected task beside it', () => {
  const lines = [line({ ts: NOW - 50 }), line({ task_ref: 'O' })]
  expect(health(lines, 'T')).toMatchObject({ latest: { task_ref: 'O' }, latest_for_expected: { task_ref: 'T' } })
})
