import { z } from 'zod'

/**
 * Where a relayed record or message was first written. `{machine, epoch, position}` is its identity across machines; ids
 * are not (programs other than rally repeat them). The rest is where a relay goes on after a crash.
 */
export const relayOriginSchema = z.looseObject({
  /** The machine that wrote it. */
  machine: z.string(),
  /** The channel folder on that machine; a folder that is made again has another epoch. */
  epoch: z.string(),
  /** 1 for the first record that this machine wrote in this epoch; of a message: its ordinal in the box at home. */
  position: z.number().int(),
  /** In an imported copy: the numbering (Transport.numbering) that `sequence` belongs to. */
  via: z.string().optional(),
  /** In an imported copy: the revision, or the ordinal in its box, in the room that it was imported from. */
  sequence: z.number().int().optional(),
  /** In an exported copy: the revision in the log at home. */
  revision: z.number().int().nullable().optional(),
  /** In an exported copy: the page of the log at home that held the record, and how many records of it came before. */
  resume: z.object({ revision: z.number().int(), changes_offset: z.number().int(), skip: z.number().int() }).optional(),
})
export type RelayOrigin = z.infer<typeof relayOriginSchema>
