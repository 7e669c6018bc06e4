import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.literal('inbox-ack-written'),
  app_slug: z.string(),
  session_id: z.string(),
  /** In safe form. */
  tool: z.string(),
  /** Where the position is kept. */
  ack_path: z.string(),
  direct_line_count: z.number().int().min(0),
  broadcast_line_count: z.number().int().min(0),
})
export type AckInboxOutput = z.infer<typeof keys>

/** `rally ack-inbox --json`. */
export const outputSchema = outputOf('ack-inbox', keys)
