import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  /** Id of the host. */
  host: z.string(),
  /** Name of the package. */
  package: z.string(),
  kind: z.enum(['configuration', 'program']),
  /** The new folder, absolute. */
  folder: z.string(),
  /** Files in it, relative, in order. */
  files: z.array(z.string()),
  /** What to type next. */
  next_steps: z.array(z.string()),
})
export type HostsNewOutput = z.infer<typeof keys>

/** `rally hosts new --json`. */
export const outputSchema = outputOf('hosts-new', keys)
