import { z } from 'zod'

/** Keys of a write that rings an inbox and is kept in the log. `log: false` without an error: no record was asked for. */
export const sentMessageKeys = {
  message_id: z.string().nullable(),
  /** Where the box is kept; null when no inbox was rung, or when a retry found the message there. */
  inbox: z.string().nullable(),
  stored: z.object({ inbox: z.boolean(), log: z.boolean() }),
}
