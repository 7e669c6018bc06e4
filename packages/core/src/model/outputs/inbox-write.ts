import { z } from 'zod'
import { outputOf } from './envelope.js'
import { sentMessageKeys } from './sent-message.js'

const keys = z.object({
  app_slug: z.string(),
  written: z.boolean(),
  channel_revision: z.number().int().nullable(),
  event_id: z.string().nullable(),
  ...sentMessageKeys,
})
export type InboxWriteOutput = z.infer<typeof keys>

/** `rally inbox write --json`. */
export const outputSchema = outputOf('inbox-write', keys)
