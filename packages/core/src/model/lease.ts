import { z } from 'zod'

/** The lease of the lead (protocol section 9). `lease_until` is ISO with microseconds and `+00:00`. */
export const leaseSchema = z.looseObject({
  schema_version: z.string(),
  run_id: z.string(),
  lead: z.looseObject({
    session_id: z.string(),
    tool: z.string(),
    model: z.string(),
    lease_until: z.string(),
    renew_every_minutes: z.number(),
    work_size: z.string(),
    parent_lead: z.string().nullable(),
    max_direct_reports: z.number(),
    current_reports: z.array(z.unknown()),
    owns: z.array(z.string()),
  }),
  chunk_owners: z.record(z.string(), z.unknown()),
  conflict_rule: z.string(),
})
/** Who leads a room, until when (ISO, UTC). */
export type Lease = z.infer<typeof leaseSchema>
