import { z } from 'zod'

/** A handoff and its life. Times are epoch seconds. */
export const handoffRow = z.object({
  number: z.number().int(),
  event_id: z.string(),
  state: z.enum(['open', 'accepted', 'declined', 'done']),
  tool: z.string(),
  session_id: z.string().nullable(),
  to: z.string(),
  to_session_id: z.string().nullable(),
  text: z.string(),
  owns: z.array(z.string()),
  ts: z.number(),
  steps: z.array(
    z.object({
      event_id: z.string(),
      state: z.enum(['open', 'accepted', 'declined', 'done']),
      session_id: z.string().nullable(),
      tool: z.string(),
      ts: z.number(),
      text: z.string(),
    }),
  ),
})
