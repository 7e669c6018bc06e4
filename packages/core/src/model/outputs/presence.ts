import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.literal('presence-written'),
  app_slug: z.string(),
  session_id: z.string(),
  tool: z.string(),
  phase: z.string(),
  task: z.string(),
  parent: z.string().nullable(),
  /** Subagents by type. */
  spawned: z.record(z.string(), z.number().int()),
  /** What the session is called in this room; a person's login name. */
  name: z.string().nullable(),
})
export type PresenceOutput = z.infer<typeof keys>

/** `rally presence --json`. */
export const outputSchema = outputOf('presence', keys)
