import { z } from 'zod'
import { roomPictureSchema } from '../room-picture.js'
import { sessionCandidate } from './status-parts.js'

/** Who is asking and who else is here: all but the picture. */
const keys = z.object({
  app_slug: z.string(),
  channel_dir: z.string(),
  workdir: z.string(),
  revision: z.number().int(),
  session_id: z.string().nullable(),
  /** What the asking session is called in this room; of a person the login name. */
  name: z.string().nullable(),
  /** Where several sessions may be asking: which. */
  session_candidates: z.array(sessionCandidate),
  tool: z.string().nullable(),
  /** The session's own task, when it has announced itself. */
  task: z.string().nullable(),
  peers: z.array(
    z.object({ session_id: z.string(), name: z.string(), tool: z.string(), task: z.string(), last_seen: z.number() }),
  ),
  inbox_unread_count: z.number().int(),
})
export type Whereabouts = Readonly<z.infer<typeof keys>>

/** `rally --json`. */
export const outputSchema = z.looseObject({
  ok: z.literal(true),
  schema: z.literal('rally.here/1'),
  ...keys.shape,
  picture: roomPictureSchema,
})
