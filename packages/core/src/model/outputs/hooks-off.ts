import { z } from 'zod'
import { outputOf } from './envelope.js'

export const hooksSwitch = z.object({
  /** `here`: for this user in this repository. */
  scope: z.enum(['here', 'session', 'repo', 'user']),
  enabled: z.boolean(),
  /** False when it was so before. */
  changed: z.boolean(),
  /** The file that says so. */
  path: z.string(),
  /** What keeps hooks silent all the same; null when nothing does, or when they were switched off. */
  still_silent: z.string().nullable(),
})
export type HooksSwitchOutput = z.infer<typeof hooksSwitch>

/** `rally hooks off --json`. */
export const outputSchema = outputOf('hooks-off', hooksSwitch)
