import { z } from 'zod'

/** A session that a text spoke of, as it was then. Times are epoch seconds. */
const toldPeer = z.object({
  id: z.string(),
  name: z.string().nullable(),
  /** Start of its work on the file, where the text spoke of a file. */
  since: z.number().nullable(),
  /** Its last edit there, else its last sign of life. */
  last: z.number(),
})
export type ToldPeer = z.infer<typeof toldPeer>

/**
 * What a session was told at one moment. Written once the host has the reply, never before. Private to this machine and never
 * relayed, since it holds the text.
 */
export const tellingSchema = z.looseObject({
  /** Epoch seconds. */
  at: z.number(),
  session: z.string(),
  /** What it is called in the room, where it has a name. */
  name: z.string().nullable(),
  tool: z.string(),
  /** How often the model's context was emptied before: what was told in another context is no longer in it. */
  context: z.number().int(),
  moment: z.string(),
  /** Of `TOLD_REASONS` (`told-reasons.ts`), and what later versions say besides. */
  reasons: z.array(z.string()),
  /** Ids of the messages that were quoted, or named as too long to quote. */
  messages: z.array(z.string()),
  /** Event ids of questions that block the room, and of answers to them. */
  records: z.array(z.string()),
  /** As the text named them. */
  files: z.array(z.string()),
  peers: z.array(toldPeer),
  /** The text itself, or the reason of a refusal. */
  text: z.string(),
})
export type TellingRecord = z.infer<typeof tellingSchema>
