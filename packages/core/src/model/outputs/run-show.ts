import { z } from 'zod'
import { runIdentityFields } from '../run-identity.js'

/** `rally run show --json`. */
export const outputSchema = z.looseObject({
  ok: z.literal(true),
  schema: z.literal('rally.run-show/1'),
  ...runIdentityFields.shape,
})
