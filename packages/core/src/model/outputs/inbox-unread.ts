import { z } from 'zod'
import { outputOf } from './envelope.js'
import { sessionCandidate } from './status-parts.js'

const keys = z.object({
  app_slug: z.string(),
  /** Whose box was read. */
  tool: z.string(),
  /** Where several sessions may be asking: which. Then the box of their tool was read, or that of everybody. */
  session_candidates: z.array(sessionCandidate),
  direct_unread_count: z.number().int(),
  broadcast_unread_count: z.number().int(),
  unread_count: z.number().int(),
})
export type InboxUnreadOutput = z.infer<typeof keys>

/** `rally inbox unread --json`. */
export const outputSchema = outputOf('inbox-unread', keys)
