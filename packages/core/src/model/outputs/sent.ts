import { z } from 'zod'
import { outputOf } from './envelope.js'
import { sessionCandidate } from './status-parts.js'
import { tracedMessage } from './traced-message.js'

const keys = z.object({
  app_slug: z.string(),
  /** Who sent them; null where one message was asked for, or where several sessions may be asking. */
  session_id: z.string().nullable(),
  /** Who may be asking; then what all of them sent is listed. */
  session_candidates: z.array(sessionCandidate),
  /** Oldest first. */
  messages: z.array(tracedMessage),
})
export type SentOutput = z.infer<typeof keys>

/** `rally sent --json`. */
export const outputSchema = outputOf('sent', keys)
