import { z } from 'zod'

/** A claim as commands print it. Times are ISO, UTC. */
export const claimRow = z.object({
  id: z.string(),
  /** Grows with every claim of the room. */
  fence: z.number().int(),
  session_id: z.string(),
  /** What that session is called in this room. */
  name: z.string(),
  tool: z.string(),
  /** Who made it, where that is not the holder. */
  by: z.string().nullable(),
  patterns: z.array(z.string()),
  mode: z.enum(['exclusive', 'shared']),
  why: z.string().nullable(),
  since: z.string(),
  until: z.string(),
  for_secs: z.number(),
})
export type ClaimRow = z.infer<typeof claimRow>
