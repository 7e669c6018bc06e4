import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.literal('lead-claim'),
  app_slug: z.string(),
  claimed: z.boolean(),
  /** The lease that stands: ours, or the incumbent's as it is stored. */
  lead: z.unknown(),
  /** Session whose lease had run out, or null. */
  taken_from: z.string().nullable(),
  /** `held` or `endless` (its end cannot be read), or null. */
  reason: z.enum(['held', 'endless']).nullable(),
})
export type LeadClaimOutput = z.infer<typeof keys>

/** `rally lead claim --json`. */
export const outputSchema = outputOf('lead-claim', keys)
