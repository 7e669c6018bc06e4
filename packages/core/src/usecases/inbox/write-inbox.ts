import { RallyError } from '../../errors.js'
import { safeName } from '../../ids.js'
import type { SessionIdentity } from '../../model/session-identity.js'
import { isObject, type JsonObject } from '../../readers.js'
import { isPerson } from '../../rules/roster/person.js'
import type { RoomContext } from '../context.js'
import { addresseeKey, type Sent, sendMessage } from './send-message.js'

/** A message and whom it goes to. */
export interface InboxWrite {
  /** A tool id, or `all`. */
  readonly to: string
  /** The one session of that tool that it is meant for. */
  readonly toSessionId?: string | undefined
  /** Id of the message that this one answers. */
  readonly replyTo?: string | undefined
  /** Any JSON value; one that is no object is kept under `value`. */
  readonly payload?: unknown
  /** The tool that writes; without it the tool of the session that asks. */
  readonly from?: string | undefined
  readonly model?: string | undefined
  readonly runId?: string | undefined
  readonly kind?: string | undefined
  readonly requiresAck?: boolean | undefined
  /** Also as a record of the log, the default. */
  readonly mirror?: boolean | undefined
  /** The id of an earlier, half-stored try. */
  readonly messageId?: string | undefined
}

/** A room in which the session may be unknown: a message needs only the name of a tool. */
export type SenderContext = RoomContext & { readonly session?: SessionIdentity }

/**
 * Sends a message to a tool's inbox or to everybody (protocol section 6), then mirrors it to the log as kind `message`.
 * Throws SESSION_UNKNOWN when neither `from` nor a session says who writes; otherwise as `sendMessage`.
 */
export async function writeInbox(ctx: SenderContext, input: InboxWrite): Promise<Sent> {
  const { session } = ctx
  const from = input.from ?? session?.tool
  if (from === undefined) throw new RallyError('SESSION_UNKNOWN')
  const payload = wrapPayload(input.payload)
  const requiresAck = input.requiresAck ?? false
  const kind = input.kind || 'message'
  // A person who writes for a tool is not its session.
  const fromSessionId = session && (session.tool === from || !isPerson(session)) ? session.sessionId : undefined
  return sendMessage(ctx, {
    from,
    fromSessionId,
    to: input.to,
    toSessionId: input.toSessionId,
    replyTo: input.replyTo,
    kind,
    payload,
    requiresAck,
    messageId: input.messageId,
    author: {
      tool: from,
      model: input.model ?? session?.model ?? 'unknown',
      runId: input.runId ?? session?.runId ?? 'unknown',
    },
    record:
      input.mirror === false
        ? null
        : {
            kind: 'message',
            // The name of the box, not its path: the log is read on other machines too.
            payload: (messageId) => ({
              from,
              to: input.to,
              ...addresseeKey(input),
              ...(kind === 'message' ? {} : { message_kind: kind }),
              ...(fromSessionId === undefined ? {} : { from_session_id: fromSessionId }),
              requires_ack: requiresAck,
              inbox: safeName(input.to),
              message_id: messageId,
              payload,
            }),
          },
  })
}

function wrapPayload(payload: unknown): JsonObject {
  if (payload === undefined) return {}
  return isObject(payload) ? payload : { value: payload }
}
