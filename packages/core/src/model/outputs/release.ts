import { z } from 'zod'
import { claimRow } from './claim-row.js'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.literal('release'),
  app_slug: z.string(),
  /** What was given back; of a claim that keeps other patterns only those that were given back. */
  released: z.array(claimRow),
  /** Null where there was nothing to give back. */
  revision: z.number().int().nullable(),
})
export type ReleaseOutput = z.infer<typeof keys>

/** `rally release --json`. */
export const outputSchema = outputOf('release', keys)
