import { z } from 'zod'

/** Whether an idle session was rung, and why not. */
export const ringReceipt = z.object({
  session_id: z.string(),
  name: z.string(),
  rung: z.boolean(),
  why: z.string().nullable(),
})
