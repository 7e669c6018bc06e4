import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.literal('wake-posted'),
  accepted: z.literal(true),
  app_slug: z.string(),
  channel_revision: z.number().int(),
  event_id: z.string(),
  /** Event id of the standby that is over. */
  ref_standby: z.string(),
})
export type WakeOutput = z.infer<typeof keys>

/** `rally wake --json`. */
export const outputSchema = outputOf('wake', keys)
