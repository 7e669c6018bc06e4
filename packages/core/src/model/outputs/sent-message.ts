import { z } from 'zod'
import { ringReceipt } from './ring-receipt.js'
import { tracedMessage } from './traced-message.js'

/** Who will hear a message, and when. */
export const hearerSchema = z.object({
  /** Null, as the name, where nobody of a tool is here. */
  session_id: z.string().nullable(),
  name: z.string().nullable(),
  tool: z.string(),
  /** `gone`: ended, or silent for long. `absent`: nobody of that tool is here. */
  state: z.enum(['live', 'gone', 'person', 'absent']),
  hears: z.enum(['next-tool-call', 'next-prompt', 'at-start', 'rung', 'nobody']),
})
export type Hearer = z.infer<typeof hearerSchema>

/** Keys of a write that rings an inbox and is kept in the log. `log: false` without an error: no record was asked for. */
export const sentMessageKeys = {
  message_id: z.string().nullable(),
  /** Where the box is kept; null when no inbox was rung, or when a retry found the message there. */
  inbox: z.string().nullable(),
  stored: z.object({ inbox: z.boolean(), log: z.boolean() }),
  /** Empty when no inbox was rung, or when everybody is meant and nobody is here. */
  recipients: z.array(hearerSchema),
}

/** Keys of `tell`, `ask` and `reply`. */
export const saidKeys = {
  action: z.enum(['told', 'asked', 'replied']),
  app_slug: z.string(),
  /** The box, and what the recipient is called. */
  to: z.string(),
  to_name: z.string(),
  /** Its number in the room; null when the log could not take it. */
  number: z.number().int().nullable(),
  event_id: z.string().nullable(),
  ...sentMessageKeys,
  /** The message that it answers. */
  reply_to: z.string().nullable(),
  /** How far it got, where that was waited for and happened in time. */
  waited: tracedMessage.nullable(),
  /** Null where nobody was to be rung. */
  rings: z.array(ringReceipt).nullable(),
}
const said = z.object(saidKeys)
export type SaidOutput = z.infer<typeof said>
