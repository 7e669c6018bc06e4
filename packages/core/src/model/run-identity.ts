import { z } from 'zod'

/** The durable run (protocol section 11). Never mixed with producer metadata. */
export const runIdentityFields = z.object({
  build_loop_id: z.string().nullable(),
  build_loop_started_at: z.string().nullable(),
  build_loop_run_label: z.string().nullable(),
})
/** The durable run that a session belongs to. */
export type RunIdentity = z.infer<typeof runIdentityFields>
