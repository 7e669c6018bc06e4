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

/** `rally handoff accept`, `decline` and `done`: the handoff as it stands then. */
export const settledHandoff = z.object({
  app_slug: z.string(),
  handoff: handoffRow,
  /** The claim that came with it, where it was accepted and owns files. */
  claim_id: z.string().nullable(),
  /** Revision of the record that says so; null when it was not stored. */
  channel_revision: z.number().int().nullable(),
})
export type SettledHandoffOutput = z.infer<typeof settledHandoff>
