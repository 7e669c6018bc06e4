import { z } from 'zod'
import { outputOf } from './envelope.js'
import { openHandoff } from './parts.js'

const keys = z.object({
  gated: z.boolean(),
  mine_open: z.array(openHandoff),
  /** Only while something is open. */
  advice: z.string().optional(),
})
export type PollGateCheckOutput = z.infer<typeof keys>

/** `rally buildloop poll-gate check --json`. */
export const outputSchema = outputOf('buildloop-poll-gate-check', keys)
