import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.literal('deregistered'),
  app_slug: z.string(),
  session_id: z.string(),
  /** Where the presence was; null when there was none. */
  presence_removed: z.string().nullable(),
})
export type DeregisterOutput = z.infer<typeof keys>

/** `rally buildloop deregister --json`. */
export const outputSchema = outputOf('buildloop-deregister', keys)
