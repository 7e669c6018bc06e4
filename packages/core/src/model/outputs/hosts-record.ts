import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  host: z.string(),
  event: z.string(),
  /** The payload with folders, ids, names, texts and secrets taken out. */
  fixture: z.record(z.string(), z.unknown()),
  /** Paths of the values that were changed. */
  redacted: z.array(z.string()),
  /** The moment that the host's adapter makes of the fixture; null when it says that it is not for rally. */
  moment: z.string().nullable(),
  /** The file that was written; null without --out. */
  path: z.string().nullable(),
})
export type HostsRecordOutput = z.infer<typeof keys>

/** `rally hosts record --json`. */
export const outputSchema = outputOf('hosts-record', keys)
