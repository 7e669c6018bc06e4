import { z } from 'zod'
import { outputOf } from './envelope.js'
import { handoffRow } from './handoff-row.js'

const keys = z.object({
  app_slug: z.string(),
  handoff: handoffRow,
  /** The claim that came with it, where it owns files. */
  claim_id: z.string().nullable(),
  /** Revision of the record that says so; null when it was not stored. */
  channel_revision: z.number().int().nullable(),
})
export type HandoffDeclineOutput = z.infer<typeof keys>

/** `rally handoff decline --json`. */
export const outputSchema = outputOf('handoff-decline', keys)
