import { HEARTBEAT_STATUSES } from '@rally/core/model/heartbeat-statuses'
import type { TaskHeartbeat } from '@rally/core/model/task-heartbeat'
import { bool, num, str, strings } from '@rally/core/readers'
import { dropMistyped } from '../codec/drop-mistyped.js'
import { parseObject } from '../codec/parse-object.js'

const DEFAULT_INTERVAL = 600

/** A stored line as a heartbeat, or undefined. Missing or mistyped keys get values that decide nothing by themselves. */
export function parseHeartbeat(line: string): TaskHeartbeat | undefined {
  const stored = parseObject(line)
  if (stored === undefined || typeof stored.session_id !== 'string') return undefined
  const ts = num(stored.ts) ?? 0
  const interval = num(stored.interval_seconds) ?? DEFAULT_INTERVAL
  dropMistyped(stored)
  return {
    ...stored,
    schema_version: str(stored.schema_version, '1.0'),
    kind: 'task-heartbeat',
    id: str(stored.id),
    session_id: stored.session_id,
    tool: str(stored.tool, 'unknown'),
    model: str(stored.model, 'unknown'),
    run_id: str(stored.run_id, 'unknown'),
    app_slug: str(stored.app_slug),
    task_ref: str(stored.task_ref),
    status: HEARTBEAT_STATUSES.find((status) => status === stored.status) ?? 'running',
    still_on_task: bool(stored.still_on_task, true),
    progress_since_last: str(stored.progress_since_last),
    evidence_refs: strings(stored.evidence_refs),
    attention_reason: str(stored.attention_reason),
    interval_seconds: interval,
    next_check_in_at: num(stored.next_check_in_at) ?? ts + interval,
    ts,
  }
}
