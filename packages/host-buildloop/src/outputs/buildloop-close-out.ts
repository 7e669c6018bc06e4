import { z } from 'zod'
import { outputOf } from './envelope.js'
import { openHandoff, revision } from './parts.js'

const keys = z.object({
  action: z.enum(['run-closed', 'close-out-refused']),
  app_slug: z.string(),
  session_id: z.string(),
  channel_revision: revision,
  event_id: z.string().nullable(),
  open_handoffs: z.array(openHandoff),
  /** Where the presence was; null when it stays or there was none. */
  presence_removed: z.string().nullable(),
  claims_released: z.array(z.string()),
})
export type CloseOutOutput = z.infer<typeof keys>

/** `rally buildloop close-out --json`. */
export const outputSchema = outputOf('buildloop-close-out', keys)
