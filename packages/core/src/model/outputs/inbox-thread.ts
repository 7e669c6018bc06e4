import { z } from 'zod'
import { outputOf } from './envelope.js'
import { tracedMessage } from './traced-message.js'

const keys = z.object({
  app_slug: z.string(),
  /** The message, what it answers and what was answered to it, oldest first. */
  messages: z.array(tracedMessage),
})
export type InboxThreadOutput = z.infer<typeof keys>

/** `rally inbox thread --json`. */
export const outputSchema = outputOf('inbox-thread', keys)
