import type { HeartbeatOutput } from '@rally/core/model/outputs/heartbeat'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { reportHeartbeat } from '@rally/core/usecases/task/report-heartbeat'

type Heartbeat = Awaited<ReturnType<typeof reportHeartbeat>>

export function toJson(beat: Heartbeat): HeartbeatOutput {
  const { app_slug, session_id, tool, task_ref, status, still_on_task, next_check_in_at } = beat
  return {
    action: 'task-heartbeat-written',
    ...{ app_slug, session_id, tool, task_ref, status, still_on_task, next_check_in_at },
  }
}

export function toText({ task_ref, status, interval_seconds }: Heartbeat): string {
  return `${cleanLine(task_ref)}: ${status}, next check-in due in ${interval_seconds} s`
}
