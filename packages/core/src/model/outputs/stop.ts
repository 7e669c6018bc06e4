import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.literal('presence-stopped'),
  app_slug: z.string(),
  session_id: z.string(),
  /** What it was called in the room. */
  name: z.string(),
  resolved_via: z.string(),
  /** Where the presence was; empty when there was none. */
  presence_removed: z.array(z.string()),
  /** Names of the leases given up. */
  claims_released: z.array(z.string()),
  claims_kept: z.boolean(),
})
export type StopOutput = z.infer<typeof keys>

/** `rally stop --json`. */
export const outputSchema = outputOf('stop', keys)
