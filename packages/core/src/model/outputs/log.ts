import { z } from 'zod'
import { timelineEntrySchema } from '../timeline-entry.js'
import { outputOf } from './envelope.js'

const keys = z.object({
  app_slug: z.string(),
  /** Oldest first. */
  entries: z.array(timelineEntrySchema),
  /** Whether older entries match, too. */
  left_out: z.boolean(),
})
export type LogOutput = z.infer<typeof keys>

/** `rally log --json`; with `--follow` each line is one entry. */
export const outputSchema = outputOf('log', keys)
