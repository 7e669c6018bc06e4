import { z } from 'zod'

const finding = z.object({
  code: z.string(),
  severity: z.enum(['ok', 'info', 'warning', 'error']),
  place: z.string().nullable(),
  message: z.string(),
  fix: z.string().nullable(),
})

const keys = z.object({ checks: z.array(finding), broken: z.number().int() })
export type DoctorOutput = z.infer<typeof keys>

/** `rally doctor --json`: `ok` is false when a finding is an error. */
export const outputSchema = z.looseObject({
  ok: z.boolean(),
  schema: z.literal('rally.doctor/1'),
  ...keys.shape,
})
