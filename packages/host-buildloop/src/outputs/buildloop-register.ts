import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  action: z.literal('registered'),
  app_slug: z.string(),
  session_id: z.string(),
  tool: z.string(),
  parent: z.string().nullable(),
  task: z.string(),
})
export type RegisterOutput = z.infer<typeof keys>

/** `rally buildloop register --json`. */
export const outputSchema = outputOf('buildloop-register', keys)
