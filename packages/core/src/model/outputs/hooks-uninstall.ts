import { z } from 'zod'
import { outputOf } from './envelope.js'
import { hookChanges } from './hooks-install.js'

/** `rally hooks uninstall --json`: as install, and `left`: files of the other scope that still hold hooks. */
export const outputSchema = outputOf(
  'hooks-uninstall',
  hookChanges.extend({
    left: z.array(z.string()),
    /** Folders of rally's own (`--purge`); `removed` is false when they were only listed. */
    purged: z.array(z.looseObject({ path: z.string(), removed: z.boolean() })),
  }),
)
