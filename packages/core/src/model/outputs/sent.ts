import { z } from 'zod'
import { outputOf } from './envelope.js'
import { tracedMessage } from './traced-message.js'

const keys = z.object({
  app_slug: z.string(),
  /** Who sent them; null where one message was asked for. */
  session_id: z.string().nullable(),
  /** Oldest first. */
  messages: z.array(tracedMessage),
})
export type SentOutput = z.infer<typeof keys>

/** `rally sent --json`. */
export const outputSchema = outputOf('sent', keys)
