import { z } from 'zod'
import { outputOf } from './envelope.js'
import { openHandoff } from './parts.js'

const keys = z.object({
  resolved: z.boolean(),
  /** Looks at the room. */
  polls: z.number().int(),
  mine_open: z.array(openHandoff),
})
export type PollGateWaitOutput = z.infer<typeof keys>

/** `rally buildloop poll-gate wait --json`. */
export const outputSchema = outputOf('buildloop-poll-gate-wait', keys)
