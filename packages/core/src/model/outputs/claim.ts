import { z } from 'zod'
import { claimRow } from './claim-row.js'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.literal('claim'),
  app_slug: z.string(),
  claimed: z.boolean(),
  /** The same patterns were claimed by this session already. */
  renewed: z.boolean(),
  claim: claimRow.nullable(),
  revision: z.number().int().nullable(),
  /** Claims of others that stand against it; `possible` where it cannot be decided whether they name a file in common. */
  conflicts: z.array(
    z.object({
      pattern: z.string(),
      theirs: z.string(),
      overlap: z.enum(['certain', 'possible']),
      /** When that claim ends if nothing more is heard of its session; ISO, UTC. */
      ends: z.string(),
      claim: claimRow,
    }),
  ),
})
export type ClaimOutput = z.infer<typeof keys>

/** `rally claim --json`. */
export const outputSchema = outputOf('claim', keys)
