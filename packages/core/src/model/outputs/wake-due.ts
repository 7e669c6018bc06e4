import { z } from 'zod'
import { errorSchema } from './envelope.js'

export const dueWake = z.looseObject({
  owner: z.string(),
  reason: z.string(),
  standby_event_id: z.string(),
  /** The command line that ends it. */
  suggested_command: z.string(),
  wake_after: z.string(),
})

const keys = z.object({
  command: z.literal('wake-due'),
  product: z.string(),
  schema: z.literal('agent-rally.command.wake-due.v1'),
  data: z.looseObject({ 'wake-due': z.looseObject({ due: z.array(dueWake) }) }),
})
export type WakeDueOutput = z.infer<typeof keys>

/** `rally wake-due --json`: an older form of answer, which its readers know. */
export const outputSchema = z.union([
  z.looseObject({ ok: z.literal(true), ...keys.shape }),
  z.looseObject({ ok: z.literal(false), schema: z.string(), error: errorSchema }),
])
