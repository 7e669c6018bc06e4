import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.literal('lead-renew'),
  app_slug: z.string(),
  renewed: z.boolean(),
  /** The lease that stands, as it is stored; null for an empty seat. */
  lead: z.unknown(),
  /** Why not, or null. */
  reason: z.enum(['no_lead', 'not_lead']).nullable(),
})
export type LeadRenewOutput = z.infer<typeof keys>

/** `rally lead renew --json`. */
export const outputSchema = outputOf('lead-renew', keys)
