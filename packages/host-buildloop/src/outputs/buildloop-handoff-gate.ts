import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  accepted: z.boolean(),
  reason: z
    .enum(['missing_mece_fields', 'invalid_field_type', 'empty_required_string', 'empty_ownership_scope'])
    .nullable(),
  missing_or_invalid: z.array(z.string()),
})
export type HandoffGateOutput = z.infer<typeof keys>

/** `rally buildloop handoff-gate --json`. */
export const outputSchema = outputOf('buildloop-handoff-gate', keys)
