import { z } from 'zod'

/** How far one message got with one session, as its own machine knows it. Times are epoch seconds; null where it did not happen. */
export const receiptSchema = z.looseObject({
  /** Id of the message. */
  message: z.string(),
  session_id: z.string(),
  /** What the session is called, there. */
  name: z.string(),
  tool: z.string(),
  told_at: z.number().nullable(),
  /** One time for each context. */
  told_times: z.number().int(),
  rung_at: z.number().nullable(),
  acked_at: z.number().nullable(),
  answered_at: z.number().nullable(),
  gone_at: z.number().nullable(),
})
export type Receipt = z.infer<typeof receiptSchema>

/** What a machine reports to the others of the messages that its sessions got: ids and times, never a text. */
export const machineReceiptsSchema = z.looseObject({
  machine: z.string(),
  /** When it was reported. */
  at: z.number(),
  receipts: z.array(receiptSchema),
})
export type MachineReceipts = z.infer<typeof machineReceiptsSchema>
