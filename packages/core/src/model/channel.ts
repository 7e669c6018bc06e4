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
  /** Git's common directory, by which a repository is told from another of the same name; null when the room was not found through it. */
  commonDir: z.string().nullable().optional(),
  resolvedVia: z.string(),
  resolvedViaDetail: z.string(),
  channelLayout: z.string(),
  policy: z.string(),
  protocolVersion: z.string(),
  legacyChannelDir: z.string().nullable(),
  /** Why nobody may use this channel (`incompatible_protocol`); only `where` gets to see such a one. */
  coordinationUnavailable: z.string().optional(),
})
/** A room: its folder (absolute), whose repository it is, and how it was found. */
export type Channel = z.infer<typeof channelSchema>
