import { z } from 'zod'

/** A promise of one session to edit files, made ahead, with an end. Times are epoch seconds. */
export const claimSchema = z.looseObject({
  /** `c` and the fence number that it was given first. */
  id: z.string(),
  /** Grows with every claim that is granted in the room, and never shrinks: the greater one is the newer one. */
  fence: z.number().int(),
  session_id: z.string(),
  tool: z.string(),
  /** Name of the holder's machine. */
  host: z.string(),
  /** Id of the holder's machine, which a changed host name leaves as it is; missing where the holder's record was relayed. */
  machine: z.string().optional(),
  /** Who made it, where that is not the holder. */
  by: z.string().nullable(),
  /** Files, folders (with a slash at the end) and globs, relative to the top of the working tree. */
  patterns: z.array(z.string()),
  /** Only shared claims may name the same file. */
  mode: z.enum(['exclusive', 'shared']),
  why: z.string().nullable(),
  since: z.number(),
  until: z.number(),
  /** The length in seconds; counted from the holder's last sign of life as well. */
  secs: z.number(),
})
export type Claim = z.infer<typeof claimSchema>

/** What a session had claimed and lost without giving it back: it is told before it edits such a file. */
export const lostClaimSchema = z.looseObject({
  id: z.string(),
  session_id: z.string(),
  patterns: z.array(z.string()),
  /** Epoch seconds. */
  at: z.number(),
  /** The session that claimed the files since, or took them away; null where it only ended. */
  by: z.string().nullable(),
})
export type LostClaim = z.infer<typeof lostClaimSchema>

/** All claims of a room: one document of the store of leases, named `claims`. */
export const claimsDocumentSchema = z.looseObject({
  schema_version: z.string(),
  /** The greatest number given so far. */
  fence: z.number().int(),
  claims: z.array(claimSchema),
  lost: z.array(lostClaimSchema).optional(),
})
export type ClaimsDocument = z.infer<typeof claimsDocumentSchema>
