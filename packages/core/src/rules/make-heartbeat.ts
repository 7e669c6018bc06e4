import type { RunIdentity } from '../model/run-identity.js'
import type { TaskHeartbeat } from '../model/task-heartbeat.js'
import type { HeartbeatStatus } from './heartbeat-statuses.js'
import { stampId } from './make-message.js'

/** Seconds between two check-ins where none is given. */
export const DEFAULT_CHECK_IN_SECONDS = 600

export interface HeartbeatParts {
  readonly sessionId: string
  readonly tool: string
  readonly taskRef: string
  /** Epoch seconds. */
  readonly ts: number
  readonly model?: string
  readonly runId?: string
  readonly appSlug?: string
  readonly status?: HeartbeatStatus
  readonly stillOnTask?: boolean
  readonly progress?: string
  readonly evidence?: readonly string[]
  readonly attentionReason?: string
  /** Seconds; 0 or absent means the default, negative 1. */
  readonly intervalSeconds?: number
  readonly run?: RunIdentity | undefined
}

/** A task heartbeat line (protocol section 5), keys in the order of the reference, then the run identity. */
export function makeHeartbeat(parts: HeartbeatParts): TaskHeartbeat {
  const interval = Math.max(1, parts.intervalSeconds || DEFAULT_CHECK_IN_SECONDS)
  return {
    schema_version: '1.0',
    kind: 'task-heartbeat',
    id: stampId(parts.sessionId, parts.ts),
    session_id: parts.sessionId,
    tool: parts.tool,
    model: parts.model || 'unknown',
    run_id: parts.runId || 'unknown',
    app_slug: parts.appSlug || 'unknown',
    task_ref: parts.taskRef,
    status: parts.status ?? 'running',
    still_on_task: parts.stillOnTask ?? true,
    progress_since_last: (parts.progress ?? '').trim(),
    evidence_refs: [...(parts.evidence ?? [])],
    attention_reason: (parts.attentionReason ?? '').trim(),
    interval_seconds: interval,
    next_check_in_at: parts.ts + interval,
    ts: parts.ts,
    ...parts.run,
  }
}
