import { z } from 'zod'
import { outputOf } from './envelope.js'
import { ringReceipt } from './ring-receipt.js'

const keys = z.object({
  app_slug: z.string(),
  /** One for each session that is meant; empty when nobody is. */
  rings: z.array(ringReceipt),
})
export type RingOutput = z.infer<typeof keys>

/** `rally ring --json`. */
export const outputSchema = outputOf('ring', keys)
