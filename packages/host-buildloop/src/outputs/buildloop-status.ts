import { z } from 'zod'
import { outputOf } from './envelope.js'
import { revision } from './parts.js'

/** The keys of `rally status` that a loop decides by; all the others are there, too. */
const keys = z.object({
  schema_version: z.literal('1.0'),
  status: z.enum(['clear', 'warn', 'blocked']),
  required_action: z.string(),
  workdir: z.string(),
  app_slug: z.string(),
  channel_dir: z.string(),
  resolved_via: z.string(),
  session_id: z.string().nullable(),
  revision,
  active_peers: z.array(z.looseObject({ session_id: z.string(), tool: z.string(), phase: z.string() })),
  overlaps: z.array(z.looseObject({ peer: z.string(), files: z.array(z.string()) })),
  peer_overlap_files: z.array(z.string()),
  escalation_count: z.number().int(),
  blocked_verdict_count: z.number().int(),
  coordination_file: z.string().nullable(),
  latest_verdicts: z.array(z.looseObject({ step: z.string(), verdict: z.string() })),
  unresolved: z.array(z.looseObject({ step: z.string(), verdict: z.string() })),
  dirty_outside_owned: z.array(z.string()),
})

/** `rally buildloop status --json`. */
export const outputSchema = outputOf('buildloop-status', keys)
