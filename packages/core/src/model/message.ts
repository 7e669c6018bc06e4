import { z } from 'zod'
import { relayOriginSchema } from './relay-origin.js'
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
  /** The session that wrote it, and what that is called in its room. */
  from_session_id: z.string().optional(),
  from_name: z.string().optional(),
  /** The one session that it is meant for. Readers of the existing system see it in the tool's box all the same. */
  to_session_id: z.string().optional(),
  /** Id of the message that this one answers. */
  reply_to: z.string().optional(),
  /** Where the message was first delivered; absent for a message of this machine. */
  rally_origin: relayOriginSchema.optional(),
  ...runIdentityFields.partial().shape,
})
/** One message as its box holds it. */
export type InboxMessage = z.infer<typeof inboxMessageSchema>
