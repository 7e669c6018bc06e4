import { z } from 'zod'
import { outputOf } from './envelope.js'
import { revision } from './parts.js'

const keys = z.object({
  schema_version: z.literal('1.0'),
  action: z.literal('rally-point-posted'),
  workdir: z.string(),
  app_slug: z.string(),
  channel_dir: z.string(),
  resolved_via: z.string(),
  channel_revision: revision,
  session_id: z.string(),
  run_id: z.string(),
  phase: z.string(),
  presence_written: z.boolean(),
  ownership: z.record(z.string(), z.unknown()),
  posted: z.boolean(),
  /** Always empty: what fails is an error. */
  errors: z.array(z.string()),
  /** Only with `--verify`. */
  verify: z
    .object({
      posted: z.boolean(),
      before_revision: z.number().int(),
      after_revision: z.number().int(),
      matching_record_count: z.number().int(),
    })
    .optional(),
})
export type RallyOutput = z.infer<typeof keys>

/** `rally buildloop rally --json`. */
export const outputSchema = outputOf('buildloop-rally', keys)
