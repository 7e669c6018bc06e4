import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  /** Of the program that answers. */
  version: z.string(),
  /** The newest one that the registry has. */
  newest: z.string(),
  /** Whether that one is newer. */
  newer: z.boolean(),
  /** What to type, in order; empty where nothing is newer. */
  commands: z.array(z.string()),
})
export type UpgradeOutput = z.infer<typeof keys>

/** `rally upgrade --json`. */
export const outputSchema = outputOf('upgrade', keys)
