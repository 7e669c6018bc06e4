import { z } from 'zod'
import { claimRow } from './claim-row.js'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.literal('claims'),
  app_slug: z.string(),
  session_id: z.string().nullable(),
  /** Claims that hold, the newest first; with `--all` also those that ended and were not replaced yet. */
  claims: z.array(
    claimRow.extend({
      holds: z.boolean(),
      /** When it ends if nothing more is heard of its session; ISO, UTC. */
      ends: z.string(),
    }),
  ),
})
export type ClaimsOutput = z.infer<typeof keys>

/** `rally claims --json`. */
export const outputSchema = outputOf('claims', keys)
