import { z } from 'zod'
import { outputOf } from './envelope.js'
import { revision } from './parts.js'

const keys = z.object({
  disposed: z.string(),
  note: z.string(),
  channel_revision: revision,
  event_id: z.string().nullable(),
})
export type PollGateDisposeOutput = z.infer<typeof keys>

/** `rally buildloop poll-gate dispose --json`. */
export const outputSchema = outputOf('buildloop-poll-gate-dispose', keys)
