import { z } from 'zod'

/** How far a message got with one recipient. Times are epoch seconds; null where it did not happen. */
const recipient = z.object({
  session_id: z.string(),
  name: z.string(),
  tool: z.string(),
  rung: z.enum(['stored', 'gone', 'told', 'acked', 'answered']),
  told_at: z.number().nullable(),
  /** One time for each context: after a compaction what is open is told again. */
  told_times: z.number().int(),
  /** When its host was rung for this message. */
  rung_at: z.number().nullable(),
  /** At this time or before: an acknowledgement covers the whole box. */
  acked_at: z.number().nullable(),
  answered_at: z.number().nullable(),
  /** Number of the answer. */
  answer: z.number().int().nullable(),
  gone_at: z.number().nullable(),
  /** The machine that it runs on, where that is another one. */
  machine: z.string().nullable(),
  /** When that machine reported last; null where nothing was reported, or it runs here. */
  reported_at: z.number().nullable(),
})

/** A message and how far it got. */
export const tracedMessage = z.object({
  id: z.string(),
  number: z.number().int(),
  event_id: z.string(),
  kind: z.string(),
  from: z.string(),
  session_id: z.string().nullable(),
  /** What the sender is called. */
  from_name: z.string(),
  to: z.string(),
  to_session_id: z.string().nullable(),
  reply_to: z.string().nullable(),
  /** The machine that it was sent on, where a relay brought it. */
  machine: z.string().nullable(),
  ts: z.number(),
  text: z.string(),
  recipients: z.array(recipient),
})
