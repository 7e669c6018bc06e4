import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.enum(['escalation-posted', 'escalation-acknowledged']),
  app_slug: z.string(),
  channel_revision: z.number().int(),
  event_id: z.string(),
  /** The escalation that this one closes. */
  acknowledged: z.object({ revision: z.number().int().nullable(), event_id: z.string().nullable() }).nullable(),
})
export type EscalateOutput = z.infer<typeof keys>

/** `rally escalate --json`. */
export const outputSchema = outputOf('escalate', keys)
