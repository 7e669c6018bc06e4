import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.enum(['retracted', 'retract-noop', 'retract-refused', 'retract-target-not-found']),
  accepted: z.boolean(),
  app_slug: z.string(),
  /** The id or revision as it was asked for. */
  fact: z.string(),
  channel_revision: z.number().int().nullable(),
  event_id: z.string().nullable(),
  reason: z.string(),
  target_found: z.boolean(),
  superseded_by: z.string().nullable(),
  superseded_by_found: z.boolean(),
  /** Why nothing was posted. */
  detail: z.string().nullable(),
})
export type RetractOutput = z.infer<typeof keys>

/** `rally retract --json`. */
export const outputSchema = outputOf('retract', keys)
