import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  places: z.array(
    z.looseObject({
      host: z.string(),
      /** As in `rally hooks install`. */
      kind: z.enum(['hooks', 'text', 'trust', 'mcp', 'allow', 'exclude']),
      path: z.string(),
      /** Whether anything of rally's is in it now; false when the file is gone, or somebody took it out. */
      present: z.boolean(),
    }),
  ),
})
export type HooksListOutput = z.infer<typeof keys>

/** `rally hooks list --json`: every file of this machine that rally has written to. */
export const outputSchema = outputOf('hooks-list', keys)
