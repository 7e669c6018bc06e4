import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.literal('lead-status'),
  app_slug: z.string(),
  /** The lease as it is stored; null for an empty seat. */
  lead: z.unknown(),
  lease_valid: z.boolean(),
  /** `empty`, `held`, `expired` (anybody may take it) or `endless` (its end cannot be read). */
  seat: z.enum(['empty', 'held', 'expired', 'endless']),
  /** What the session in the seat is called; null for an empty one. */
  name: z.string().nullable(),
})
export type LeadStatusOutput = z.infer<typeof keys>

/** `rally lead status --json`. */
export const outputSchema = outputOf('lead-status', keys)
