import { z } from 'zod'

const position = z.object({ line_count: z.number().int().min(0), last_message_ts: z.number().nullable() })

/** How far a session has handled its inbox (protocol section 6). `tool` is in safe form, `session_id` raw or `_global`. */
export const ackCursorSchema = z.looseObject({
  schema_version: z.string(),
  kind: z.literal('rally-inbox-ack-cursor'),
  tool: z.string(),
  session_id: z.string(),
  acked_at: z.number(),
  direct: position,
  broadcast: position.optional(),
  /** Ordinals of single messages beyond the position that were handled by being answered. */
  ahead: z.object({ direct: z.array(z.number().int()), broadcast: z.array(z.number().int()) }).optional(),
})
/** How far a session has acknowledged its boxes. */
export type AckCursor = z.infer<typeof ackCursorSchema>
