import { z } from 'zod'
import { GUARD_WORDS } from '../configuration.js'
import { claimRow } from './claim-row.js'
import { outputOf } from './envelope.js'

const others = z.object({
  /** A file of the commit, or a folder that is new, relative to the top of the working tree. */
  path: z.string(),
  session_id: z.string(),
  /** What that session is called in this room. */
  name: z.string(),
  tool: z.string(),
  /** Its last edit since the file was last committed, epoch seconds; null for a file that it only announces, or claimed. */
  last_edit: z.number().nullable(),
  /** It works on the file, or says that it does. */
  in_flight: z.boolean(),
  /** Its claim that names the file, and by which pattern; `possible` where that cannot be decided exactly. */
  claim: claimRow.extend({ pattern: z.string(), overlap: z.enum(['certain', 'possible']) }).nullable(),
  /** It is in this very working tree. */
  same_tree: z.boolean(),
  /** It is in the middle of something. */
  working: z.boolean(),
  /** With `guard: deny` an agent's commit is stopped because of it. */
  stops: z.boolean(),
})

const keys = z.object({
  action: z.literal('guard'),
  app_slug: z.string(),
  session_id: z.string().nullable(),
  /** Whether only what is staged was looked at. */
  staged: z.boolean(),
  /** So many files a commit would take. */
  count: z.number().int(),
  /** Git did not answer in time, so that they are not known. */
  unknown: z.boolean(),
  /** What of that others work on or claimed, by path. */
  others: z.array(others),
  /** The branch now and when the session last acted; null where it is not known or was not asked for. */
  branch: z.object({ now: z.string().nullable(), was: z.string().nullable(), moved: z.boolean() }),
  /** What the line in the pre-commit hook does here. */
  guard: z.enum(GUARD_WORDS),
})
export type GuardOutput = z.infer<typeof keys>

/** `rally guard --json`. */
export const outputSchema = outputOf('guard', keys)
