import { z } from 'zod'

/** What an entry of the timeline tells of. `told`: what rally told an agent. */
const TIMELINE_TYPES = ['record', 'message', 'edit', 'claim', 'told', 'arrival'] as const

export const timelineEntrySchema = z.looseObject({
  /** Epoch seconds; null where what is stored has no time. */
  at: z.number().nullable(),
  type: z.enum(TIMELINE_TYPES),
  /** Of a record its kind; else `edit`, `claim`, `release`, `arrived`, `left`, or the code of what was told. */
  kind: z.string(),
  /** Id of the record, message or telling. */
  id: z.string().nullable(),
  /** Its number in this room. */
  number: z.number().int().nullable(),
  /** Who did it: the session's name, else its tool. */
  by: z.string(),
  session_id: z.string().nullable(),
  tool: z.string().nullable(),
  /** Whom it was meant for. */
  to: z.string().nullable(),
  files: z.array(z.string()),
  /** One line, cleaned; empty where there are no words. */
  text: z.string(),
  /** Of edits: the last one, epoch seconds, and how often they were announced. */
  until: z.number().optional(),
  count: z.number().int().optional(),
})
export type TimelineEntry = z.infer<typeof timelineEntrySchema>
export type TimelineType = TimelineEntry['type']
