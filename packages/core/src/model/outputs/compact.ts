import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  app_slug: z.string(),
  /**
   * `archived`; `would` of a dry run; `small`: neither large nor old enough; `kept-open`: an open handoff or escalation stands in it;
   * `unsupported`: a log of another form, or a room of a server.
   */
  outcome: z.enum(['archived', 'would', 'small', 'kept-open', 'unsupported']),
  /** The file's new name, relative to the channel. */
  archive: z.string().nullable(),
  bytes: z.number().int().nullable(),
  /** Open handoffs and escalations that kept the log where it is. */
  open: z.number().int(),
})
export type CompactOutput = z.infer<typeof keys>

/** `rally compact --json`. */
export const outputSchema = outputOf('compact', keys)
