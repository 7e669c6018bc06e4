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
  /** In an imported copy: the numbering (Transport.numbering) of the room it was imported from. */
  via: z.string().optional(),
  /** In an imported message: its ordinal there. */
  sequence: z.number().int().optional(),
  /** Revision and event id in the log at home; of a message: its id. */
  mark: z.string().optional(),
  /**
   * Where the copied record stands in the log it was copied from: the cursor of the page that held it (revision,
   * changes_offset) and how many records of that page come before it.
   */
  at: z.tuple([z.number().int(), z.number().int(), z.number().int()]).optional(),
})
export type RelayOrigin = z.infer<typeof relayOriginSchema>
