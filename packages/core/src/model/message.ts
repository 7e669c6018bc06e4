import { z } from 'zod'
import { runIdentityFields } from './run-identity.js'

/** An inbox message (protocol section 6). `to` is a tool id or `all`. `ts` is epoch seconds. */
export const inboxMessageSchema = z.looseObject({
  schema_version: z.string(),
  id: z.string(),
  kind: z.string(),
  from: z.string(),
  to: z.string(),
  requires_ack: z.boolean(),
  ts: z.number(),
  payload: z.record(z.string(), z.unknown()),
  ...runIdentityFields.partial().shape,
})
export type InboxMessage = z.infer<typeof inboxMessageSchema>
