import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.literal('status-posted'),
  /** A post that was not stored is a failure: without this key. */
  accepted: z.literal(true),
  app_slug: z.string(),
  channel_revision: z.number().int(),
  event_id: z.string(),
  file: z.string(),
  committed_sha: z.string().nullable(),
  summary: z.string(),
})
export type StatusPostOutput = z.infer<typeof keys>

/** `rally status-post --json`. */
export const outputSchema = outputOf('status-post', keys)
