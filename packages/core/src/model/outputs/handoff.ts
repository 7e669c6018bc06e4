import { z } from 'zod'
import { outputOf } from './envelope.js'
import { handoffRow } from './handoff-row.js'
import { sentMessageKeys } from './sent-message.js'
import { tracedMessage } from './traced-message.js'

const keys = z.object({
  action: z.enum(['handoff-posted', 'handoff-rejected']),
  accepted: z.boolean(),
  app_slug: z.string(),
  to: z.string(),
  channel_revision: z.number().int().nullable(),
  event_id: z.string().nullable(),
  ...sentMessageKeys,
  /** Why it was refused, or null. */
  reason: z.string().nullable(),
  /** Fields of the contract to fill in. */
  missing_or_invalid: z.array(z.string()),
  /** Whether a refusal was kept in the channel. */
  rejection_recorded: z.boolean(),
  /** How far the message got, where that was waited for and happened in time. */
  waited: tracedMessage.nullable(),
  /** How the handoff stands, where its acceptance or end was waited for and it was accepted or settled in time. */
  handoff: handoffRow.nullable(),
})
export type HandoffOutput = z.infer<typeof keys>

/** `rally handoff --json`. */
export const outputSchema = outputOf('handoff', keys)
