import { z } from 'zod'
import { HEARTBEAT_STATUSES } from '../heartbeat-statuses.js'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.literal('task-heartbeat-written'),
  app_slug: z.string(),
  session_id: z.string(),
  tool: z.string(),
  task_ref: z.string(),
  status: z.enum(HEARTBEAT_STATUSES),
  still_on_task: z.boolean(),
  /** Epoch seconds. */
  next_check_in_at: z.number(),
})
export type HeartbeatOutput = z.infer<typeof keys>

/** `rally heartbeat --json`. */
export const outputSchema = outputOf('heartbeat', keys)
