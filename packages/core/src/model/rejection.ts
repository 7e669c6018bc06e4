import { z } from 'zod'

/** A refused handoff (protocol section 3.5). */
export const handoffRejectionSchema = z.looseObject({
  kind: z.string(),
  missing_or_invalid: z.array(z.string()),
  payload_sha256: z.string(),
  reason: z.enum(['missing_mece_fields', 'invalid_field_type', 'empty_required_string', 'empty_ownership_scope']),
  session_id: z.string(),
  timestamp: z.string(),
  tool: z.string(),
})
/** A handoff that was refused, with what its contract lacks. */
export type HandoffRejection = z.infer<typeof handoffRejectionSchema>
