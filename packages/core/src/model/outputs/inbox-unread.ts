import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  app_slug: z.string(),
  tool: z.string(),
  direct_unread_count: z.number().int(),
  broadcast_unread_count: z.number().int(),
  unread_count: z.number().int(),
})
export type InboxUnreadOutput = z.infer<typeof keys>

/** `rally inbox unread --json`. */
export const outputSchema = outputOf('inbox-unread', keys)
