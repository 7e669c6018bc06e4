import { z } from 'zod'
import { claimRow } from './claim-row.js'
import { outputOf } from './envelope.js'

const person = {
  session_id: z.string(),
  /** What the session is or was called in this room. */
  name: z.string(),
  tool: z.string(),
  /** What it works on, as far as whoever asks may know. */
  task: z.string(),
}

const keys = z.object({
  app_slug: z.string(),
  /** What was asked for, relative to the top of the working tree. */
  files: z.array(z.string()),
  /** How far back edits were looked for, epoch seconds. */
  since: z.number(),
  /** Who edits one of the files now, the newest edit first. `last_edit` is null for what was announced without one. */
  in_flight: z.array(
    z.object({ ...person, path: z.string(), last_edit: z.number().nullable(), worktree: z.string().nullable() }),
  ),
  /** Claims that hold and name one of the files. */
  claims: z.array(claimRow),
  /** Who edited one of the files, by the last edit, newest first. Times are epoch seconds. */
  edits: z.array(
    z.object({
      ...person,
      path: z.string(),
      since: z.number(),
      last: z.number(),
      count: z.number().int(),
      worktree: z.string(),
    }),
  ),
})
export type WhoOutput = z.infer<typeof keys>

/** `rally who --json`. */
export const outputSchema = outputOf('who', keys)
