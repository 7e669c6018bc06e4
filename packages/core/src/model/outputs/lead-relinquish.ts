import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.literal('lead-relinquish'),
  app_slug: z.string(),
  relinquished: z.boolean(),
  /** The lease that stands, as it is stored; null for an empty seat. */
  lead: z.unknown(),
  /** Why not, or null. */
  reason: z.enum(['no_lead', 'not_lead']).nullable(),
})
export type LeadRelinquishOutput = z.infer<typeof keys>

/** `rally lead relinquish --json`. */
export const outputSchema = outputOf('lead-relinquish', keys)
