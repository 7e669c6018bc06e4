import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  /** What is printed without --json; empty where there is nothing to say. */
  line: z.string(),
  /** Null outside of a repository. */
  status: z.enum(['clear', 'warn', 'blocked']).nullable(),
  /** Agents that are here. */
  agents: z.number().int(),
  unread: z.number().int(),
})

/** `rally statusline --json`. */
export const outputSchema = outputOf('statusline', keys)
