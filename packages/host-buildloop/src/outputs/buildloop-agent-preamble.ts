import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.literal('agent-preamble'),
  /** For a POSIX shell. */
  line: z.string(),
})
export type AgentPreambleOutput = z.infer<typeof keys>

/** `rally buildloop agent-preamble --json`. */
export const outputSchema = outputOf('buildloop-agent-preamble', keys)
