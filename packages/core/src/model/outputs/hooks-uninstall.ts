import { z } from 'zod'
import { outputOf } from './envelope.js'
import { hookChanges } from './hooks-install.js'

/** `rally hooks uninstall --json`: as install, and `left`: files of the other scope that still hold hooks. */
export const outputSchema = outputOf('hooks-uninstall', hookChanges.extend({ left: z.array(z.string()) }))
