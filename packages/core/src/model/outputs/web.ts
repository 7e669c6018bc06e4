import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.literal('web'),
  app_slug: z.string(),
  /** Works once, within a minute. */
  address: z.string(),
  /** Whether the room was served already, by another `rally web`. */
  found: z.boolean(),
  /** Whether a browser was started. */
  opened: z.boolean(),
})
export type WebOutput = z.infer<typeof keys>

/** `rally web --json`: one document at the start; the command goes on until it is ended. */
export const outputSchema = outputOf('web', keys)
