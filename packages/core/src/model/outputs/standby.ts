import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.literal('standby-posted'),
  accepted: z.literal(true),
  app_slug: z.string(),
  channel_revision: z.number().int(),
  event_id: z.string(),
  /** ISO time. */
  wake_after: z.string(),
})
export type StandbyOutput = z.infer<typeof keys>

/** `rally standby --json`. */
export const outputSchema = outputOf('standby', keys)
