import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.literal('lead-transfer'),
  app_slug: z.string(),
  transferred: z.boolean(),
  /** The lease that stands, as it is stored; null for an empty seat. */
  lead: z.unknown(),
  /** Why not, or null. */
  reason: z.enum(['no_lead', 'not_lead']).nullable(),
})
export type LeadTransferOutput = z.infer<typeof keys>

/** `rally lead transfer --json`. */
export const outputSchema = outputOf('lead-transfer', keys)
