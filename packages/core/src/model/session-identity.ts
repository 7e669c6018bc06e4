import { z } from 'zod'
import { ID_PATTERN } from '../ids.js'

/** Who is asking. */
export const sessionIdentitySchema = z.object({
  sessionId: z.string().regex(ID_PATTERN),
  tool: z.string(),
  model: z.string(),
  runId: z.string(),
  pid: z.number().int(),
  /** Name of the machine. */
  host: z.string(),
  cwd: z.string(),
  parent: z.string().nullable(),
  /** Which source answered; for `rally doctor` and explanations. */
  source: z.enum(['flag', 'environment', 'host', 'ancestor', 'person']),
  /** The user's name, where a person is asking. */
  user: z.string().optional(),
  /** What nobody named: it never replaces what the session's presence says. */
  assumed: z
    .array(z.enum(['tool', 'model', 'runId', 'pid', 'host', 'cwd']))
    .readonly()
    .optional(),
})
/** Who acts: session, tool, model, run, process and machine. */
export type SessionIdentity = z.infer<typeof sessionIdentitySchema>
