import { safeName } from '../../ids.js'
import type { HeartbeatStatus } from '../../model/heartbeat-statuses.js'
import type { RunIdentity } from '../../model/run-identity.js'
import type { TaskHeartbeat } from '../../model/task-heartbeat.js'

/** Seconds between two check-ins unless the session names its own (protocol section 13). */
export const DEFAULT_CHECK_IN_SECS = 600

export interface HeartbeatInput {
  readonly sessionId: string
  readonly tool: string
  readonly taskRef: string
  readonly model?: string | undefined
  readonly runId?: string | undefined
  readonly appSlug?: string | undefined
  readonly status?: HeartbeatStatus | undefined
  readonly stillOnTask?: boolean | undefined
  readonly progress?: string | undefined
  readonly evidence?: readonly string[] | undefined
  readonly attentionReason?: string | undefined
  /** Seconds; 0 means the default, a negative number 1. */
  readonly intervalSeconds?: number | undefined
  readonly run?: RunIdentity | undefined
}

/** The heartbeat of a task at `ts` (epoch seconds), as it is stored (protocol section 5). */
export function makeHeartbeat(input: HeartbeatInput, ts: number): TaskHeartbeat {
  const interval = checkInInterval(input.intervalSeconds)
  return {
    schema_version: '1.0',
    kind: 'task-heartbeat',
    id: `${safeName(input.sessionId)}-${Math.trunc(ts * 1000)}`,
    session_id: input.sessionId,
    tool: input.tool,
    model: input.model || 'unknown',
    run_id: input.runId || 'unknown',
    app_slug: input.appSlug || 'unknown',
    task_ref: input.taskRef,
    status: input.status ?? 'running',
    still_on_task: input.stillOnTask ?? true,
    progress_since_last: (input.progress ?? '').trim(),
    evidence_refs: [...(input.evidence ?? [])],
    attention_reason: (input.attentionReason ?? '').trim(),
    interval_seconds: interval,
    next_check_in_at: ts + interval,
    ts,
    ...input.run,
  }
}

/** The interval that a heartbeat stores: 0, absent or not a number means the default, less than 1 means 1. */
export function checkInInterval(seconds: number | undefined): number {
  if (seconds === undefined || !Number.isFinite(seconds) || seconds === 0) return DEFAULT_CHECK_IN_SECS
  return Math.max(1, Math.trunc(seconds))
}
