import { z } from 'zod'
import { outputOf } from './envelope.js'

const keys = z.object({
  app_slug: z.string(),
  /** Absolute; need not exist yet. */
  channel_dir: z.string(),
  channel_layout: z.string(),
  legacy_channel_dir: z.string().nullable(),
  policy: z.string(),
  protocol_version: z.string(),
  resolved_via: z.string(),
  resolved_via_detail: z.string(),
  /** Why nobody may use the channel; absent for one that can be used. */
  coordination_unavailable: z.string().optional(),
  /** Top of the working tree; null in a bare repository. */
  worktree: z.string().nullable(),
  /** The repository that all its worktrees share a room by. */
  repo_root: z.string().nullable(),
})
export type WhereOutput = z.infer<typeof keys>

/** `rally where --json`. */
export const outputSchema = outputOf('where', keys)
