import type { Checkpoint } from '@rally/core/usecases/status/checkpoint-read'
import { z } from 'zod'
import { outputOf } from './envelope.js'
import { checkpoint } from './parts.js'

const keys = z.object({
  action: z.enum(['run-started', 'run-resumed']),
  build_loop_id: z.string().nullable(),
  build_loop_started_at: z.string().nullable(),
  build_loop_run_label: z.string().nullable(),
  resumed: z.boolean(),
  /** Absolute; only when the run has a worktree of its own. */
  run_worktree_path: z.string().optional(),
  run_worktree_branch: z.string().nullable().optional(),
  app_slug: z.string(),
  session_id: z.string(),
  tool: z.string(),
  phase: z.string(),
  checkpoint,
})
export type PreambleOutput = Omit<z.infer<typeof keys>, 'checkpoint'> & { checkpoint: Checkpoint }

/** `rally buildloop preamble --json`. */
export const outputSchema = outputOf('buildloop-preamble', keys)
