import { z } from 'zod'

/** A room. `dir` is absolute with symbolic links resolved, below the apps root. */
export const channelSchema = z.object({
  app: z.string(),
  dir: z.string(),
  appsRoot: z.string(),
  /** The canonical repository root (the parent of the common git directory); null for a listed channel. */
  repoRoot: z.string().nullable(),
  /** Top of the working tree that was asked from; null for a listed channel or a bare repository. */
  worktree: z.string().nullable(),
  resolvedVia: z.string(),
  resolvedViaDetail: z.string(),
  channelLayout: z.string(),
  policy: z.string(),
  protocolVersion: z.string(),
  legacyChannelDir: z.string().nullable(),
})
export type Channel = z.infer<typeof channelSchema>
