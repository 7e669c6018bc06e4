import { z } from 'zod'
import { outputOf } from './envelope.js'
import { sentMessageKeys } from './sent-message.js'

const keys = z.object({
  action: z.literal('posted'),
  app_slug: z.string(),
  kind: z.string(),
  to: z.string().nullable(),
  channel_revision: z.number().int().nullable(),
  event_id: z.string().nullable(),
  ...sentMessageKeys,
})
export type PostOutput = z.infer<typeof keys>

/** `rally post KIND --json`. */
export const outputSchema = outputOf('post', keys)
