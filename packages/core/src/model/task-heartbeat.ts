import { z } from 'zod'
import { HEARTBEAT_STATUSES } from './heartbeat-statuses.js'
import { runIdentityFields } from './run-identity.js'

/** Work liveness of one task (protocol section 5). Times are epoch seconds. */
export const taskHeartbeatSchema = z.looseObject({
  schema_version: z.string(),
  kind: z.literal('task-heartbeat'),
  id: z.string(),
  session_id: z.string(),
  tool: z.string(),
  model: z.string(),
  run_id: z.string(),
  app_slug: z.string(),
  task_ref: z.string(),
  status: z.enum(HEARTBEAT_STATUSES),
  still_on_task: z.boolean(),
  progress_since_last: z.string(),
  evidence_refs: z.array(z.string()),
  attention_reason: z.string(),
  interval_seconds: z.number(),
  next_check_in_at: z.number(),
  ts: z.number(),
  ...runIdentityFields.partial().shape,
})
/** A sign that a session still works on its task; times are epoch seconds or ISO, as they were written. */
export type TaskHeartbeat = z.infer<typeof taskHeartbeatSchema>
