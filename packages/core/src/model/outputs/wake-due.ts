import { z } from 'zod'
import { errorSchema } from './envelope.js'

export const dueWake = z.looseObject({
  owner: z.string(),
  reason: z.string(),
  standby_event_id: z.string(),
  suggested_command: z.string(),
  wake_after: z.string(),
})

const keys = {
  command: z.literal('wake-due'),
  product: z.string(),
  data: z.looseObject({ 'wake-due': z.looseObject({ due: z.array(dueWake) }) }),
}
const schema = z.literal('agent-rally.command.wake-due.v1')

export type WakeDueOutput = {
  readonly command: 'wake-due'
  readonly product: string
  readonly schema: z.infer<typeof schema>
  readonly data: { readonly 'wake-due': { readonly due: readonly object[] } }
}

/** `rally wake-due --json`: an older form of answer, which its readers know. */
export const outputSchema = z.union([
  z.looseObject({ ok: z.literal(true), schema, ...keys }),
  z.looseObject({ ok: z.literal(false), schema: z.string(), error: errorSchema }),
])
