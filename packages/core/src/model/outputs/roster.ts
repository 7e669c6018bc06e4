import { z } from 'zod'
import { AGENT_STATES } from '../room-picture.js'
import { outputOf } from './envelope.js'

const agent = z.looseObject({
  session_id: z.string().nullable(),
  /** What it is called in its channel; null for one that has no name there. */
  name: z.string().nullable(),
  /** The channel it is in. */
  app: z.string(),
  host: z.string(),
  cwd: z.string(),
  tool: z.string(),
  model: z.string(),
  task: z.string(),
  phase: z.string(),
  parent: z.string().nullable(),
  /** Epoch seconds; 0 when never seen. */
  last_seen: z.number(),
  age_secs: z.number().nullable(),
  spawned: z.record(z.string(), z.number().int()),
  spawned_total: z.number().int(),
  branch_name: z.string(),
  run_id: z.string(),
  build_loop_run_label: z.string().nullable(),
  stale: z.boolean(),
  /** As the picture of its room has it; null for a person. Whether it asks is not looked up. */
  state: z.enum(AGENT_STATES).nullable(),
  /** What it works on, in the words of the picture; `task` is what its record says. */
  doing: z.string(),
  /** Files that it edits, relative to its working tree, the newest edit first. */
  files: z.array(z.string()),
  /** Patterns that it claimed. */
  claims: z.array(z.string()),
  get children() {
    return z.array(agent)
  },
})

const keys = z.object({
  /** Epoch seconds. */
  generated_ts: z.number(),
  stale_secs: z.number(),
  live_count: z.number().int(),
  stale_count: z.number().int(),
  agents: z.array(agent),
  /** The session that leads, per channel that has a valid lease. */
  leads: z.record(z.string(), z.string()),
  /** Channels that could not be read. */
  unreadable: z.array(z.looseObject({ app: z.string(), reason: z.string() })),
})

/** `rally roster --json`; with `--watch` one such document a line. */
export const outputSchema = outputOf('roster', keys)
