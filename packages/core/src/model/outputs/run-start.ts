import { z } from 'zod'
import { runIdentityFields } from '../run-identity.js'

/** `rally run start --json`. */
export const outputSchema = z.looseObject({
  ok: z.literal(true),
  schema: z.literal('rally.run-start/1'),
  action: z.enum(['run-started', 'run-resumed']),
  resumed: z.boolean(),
  session_id: z.string(),
  /** Absolute; only when the run has a worktree of its own. */
  run_worktree_path: z.string().optional(),
  run_worktree_branch: z.string().nullable().optional(),
  ...runIdentityFields.shape,
})
