import type { TaskHealthWord } from '../../model/task-healths.js'
import { isObject, type JsonObject, str, strings } from '../../readers.js'
import { clip } from '../text/clip.js'
import { toNumber, truthy } from '../text/python-values.js'
import { CLOCK_SKEW_SECS } from '../text/recency.js'
import { DEFAULT_CHECK_IN_SECS } from './heartbeat-record.js'

/** A heartbeat line cut to what a status shows. */
export interface CompactHeartbeat {
  readonly id: string
  readonly session_id: string
  readonly tool: string
  readonly task_ref: string
  readonly status: string
  readonly still_on_task: boolean
  readonly progress_since_last: string
  readonly evidence_refs: readonly string[]
  readonly attention_reason: string
  readonly interval_seconds: number
  readonly next_check_in_at: number | null
  readonly ts: number | null
}

/** How the task of a session stands, judged by its heartbeats. */
export interface TaskHealth {
  readonly expected_ref: string | null
  readonly health: TaskHealthWord
  /** Check-ins that did not come; 1 for a missing or wrong task. */
  readonly missed_count: number
  /** The line that was judged; for `wrong_task` the off-task one. */
  readonly latest: CompactHeartbeat | null
  /** Null when no task is expected, absent for `none`. */
  readonly latest_for_expected?: CompactHeartbeat | null
}

const DEFAULT_GRACE_SECS = 60

/**
 * The health of a session's task from its heartbeat lines, given in order of writing; lines of other sessions are ignored.
 * Lines are taken as found: wrong types never fail. A line dated over a minute ahead of `now`, or without a usable time,
 * counts at its place in the order of writing, so that it is overtaken by the next one. A finished task never goes stale.
 */
export function summarizeTaskHealth(
  lines: readonly unknown[],
  options: { now: number; sessionId: string; expectedRef?: string | undefined; graceSeconds?: number | undefined },
): TaskHealth {
  const expected = options.expectedRef || null
  const mine = lines.filter(isObject).filter((line) => line.session_id === options.sessionId)
  const newestFirst = inOrder(mine, options.now).reverse()
  const newest = newestFirst[0]
  const onTask = expected === null ? newest : newestFirst.find((line) => line.task_ref === expected)

  if (expected !== null && newest !== undefined && newest.task_ref !== expected) {
    return answer(expected, 'wrong_task', 1, { latest: newest, forExpected: onTask })
  }
  if (expected !== null && onTask === undefined) return answer(expected, 'missing', 1, {})
  if (onTask === undefined) return { expected_ref: null, health: 'none', missed_count: 0, latest: null }

  const { health, missed } = judge(onTask, options.now, options.graceSeconds ?? DEFAULT_GRACE_SECS)
  return answer(expected, health, missed, { latest: onTask, forExpected: onTask })
}

function judge(line: JsonObject, now: number, grace: number): { health: TaskHealthWord; missed: number } {
  if (line.status === 'blocked' || line.status === 'needs_attention') return { health: line.status, missed: 0 }
  if (!stillOnTask(line)) return { health: 'drift_risk', missed: 0 }
  if (line.status === 'done_pending_release') return { health: 'current', missed: 0 }
  const interval = intervalOf(line)
  const slack = Math.max(0, grace)
  // A line from beyond the next check-in tells nothing about now; believing it would freeze the task as healthy.
  if ((toNumber(line.ts) ?? 0) > now + interval + CLOCK_SKEW_SECS) return { health: 'stale_check_in', missed: 1 }
  const next = nextCheckIn(line)
  if (next === null || now <= next + slack) return { health: 'current', missed: 0 }
  return { health: 'stale_check_in', missed: Math.min(Math.max(1, Math.ceil((now - next) / interval)), 1e9) }
}

/** Oldest first: by time, and by order of writing where times are equal, missing or not believable. */
function inOrder(lines: readonly JsonObject[], now: number): JsonObject[] {
  let reached = Number.NEGATIVE_INFINITY
  const keyed = lines.map((line) => {
    const ts = toNumber(line.ts)
    const key = ts === undefined || ts > now + CLOCK_SKEW_SECS ? reached : ts
    reached = Math.max(reached, key)
    return { line, key }
  })
  return keyed.sort((a, b) => (a.key === b.key ? 0 : a.key - b.key)).map(({ line }) => line)
}

function answer(
  expected: string | null,
  health: TaskHealthWord,
  missed: number,
  lines: { latest?: JsonObject | undefined; forExpected?: JsonObject | undefined },
): TaskHealth {
  return {
    expected_ref: expected,
    health,
    missed_count: missed,
    latest: compact(lines.latest),
    latest_for_expected: expected === null ? null : compact(lines.forExpected),
  }
}

function compact(line: JsonObject | undefined): CompactHeartbeat | null {
  if (line === undefined) return null
  return {
    id: str(line.id),
    session_id: str(line.session_id),
    tool: str(line.tool),
    task_ref: str(line.task_ref),
    status: str(line.status),
    still_on_task: stillOnTask(line),
    progress_since_last: clip(str(line.progress_since_last), 240, { keep: 239 }),
    evidence_refs: strings(line.evidence_refs),
    attention_reason: clip(str(line.attention_reason), 240, { keep: 239 }),
    interval_seconds: intervalOf(line),
    next_check_in_at: nextCheckIn(line),
    ts: toNumber(line.ts) ?? null,
  }
}

function stillOnTask(line: JsonObject): boolean {
  return line.still_on_task === undefined || truthy(line.still_on_task)
}

function intervalOf(line: JsonObject): number {
  return Math.max(1, toNumber(line.interval_seconds) || DEFAULT_CHECK_IN_SECS)
}

function nextCheckIn(line: JsonObject): number | null {
  const next = toNumber(line.next_check_in_at)
  if (next !== undefined) return next
  const ts = toNumber(line.ts)
  return ts === undefined ? null : ts + intervalOf(line)
}
