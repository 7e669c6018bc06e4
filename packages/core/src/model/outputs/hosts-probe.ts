import { z } from 'zod'
import { MOMENT_NAMES } from '../moment.js'
import { outputOf } from './envelope.js'

const tried = z.object({
  moment: z.enum(MOMENT_NAMES),
  /** The host's own name of it. */
  event: z.string(),
  /** Whether the adapter says that text reaches the model there. */
  declared: z.boolean(),
  /** Whether a hook handed its word to the host. */
  said: z.boolean(),
  /** Where the word came back: in the model's answer, in a tool call of the model's, in what the next prompt's hook was given. Empty: nowhere. */
  back: z.array(z.enum(['answer', 'tool', 'prompt'])),
  /** Whether it stands in the conversation that the host keeps; that alone proves nothing. */
  kept: z.boolean(),
})

const keys = z.object({
  host: z.string(),
  /** What the host's program says of itself; null when nothing could be asked. */
  version: z.string().nullable(),
  moments: z.array(tried),
  /** Moments that are declared to carry text and whose word did not come back, or that never came. */
  lost: z.array(z.enum(MOMENT_NAMES)),
  /** The file that was written; null without --out. */
  path: z.string().nullable(),
})
export type HostsProbeOutput = z.infer<typeof keys>

/** `rally hosts probe --json`. */
export const outputSchema = outputOf('hosts-probe', keys)
