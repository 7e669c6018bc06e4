import { z } from 'zod'
import { outputOf } from './envelope.js'
import { sessionCandidate } from './status-parts.js'

/** A message as it is stored, whatever its keys, and where it was found. */
const message = z.looseObject({
  source: z.enum(['direct', 'broadcast']),
  /** Its number in the box; the first is 1. */
  ordinal: z.number().int(),
  unread: z.boolean(),
  /** Its number in the room; null where the log does not know it. */
  number: z.number().int().nullable().optional(),
})

const keys = z.object({
  app_slug: z.string(),
  /** Whose box was read. */
  tool: z.string(),
  /** Where several sessions may be asking: which. Then the box of their tool was read, or that of everybody. */
  session_candidates: z.array(sessionCandidate),
  /** Oldest first. */
  messages: z.array(message),
  /** How many were left out: earlier ones beyond the limit, and lines that hold no message. */
  omitted_count: z.number().int(),
  direct_unread_count: z.number().int(),
  broadcast_unread_count: z.number().int(),
  unread_count: z.number().int(),
})
export type InboxReadOutput = z.infer<typeof keys>

/** `rally inbox read --json`. */
export const outputSchema = outputOf('inbox-read', keys)
