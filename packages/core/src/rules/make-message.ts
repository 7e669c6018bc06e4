import { safeName } from '../ids.js'
import type { InboxMessage } from '../model/message.js'
import type { RunIdentity } from '../model/run-identity.js'

/** The box that everybody reads. */
export const BROADCAST_BOX = 'all'

export interface MessageParts {
  readonly sender: string
  readonly recipient: string
  readonly kind?: string
  readonly requiresAck?: boolean
  readonly payload?: Readonly<Record<string, unknown>>
  /** Epoch seconds. */
  readonly ts: number
  readonly id: string
  /** The session that wrote it, where it is known. */
  readonly fromSessionId?: string | undefined
  readonly run?: RunIdentity | undefined
}

/** An inbox message (protocol section 6), keys in the order of the reference. Empty names become `unknown`. */
export function makeMessage(parts: MessageParts): InboxMessage {
  return {
    schema_version: '1.0',
    id: parts.id,
    kind: parts.kind || 'message',
    from: parts.sender || 'unknown',
    to: parts.recipient || 'unknown',
    requires_ack: parts.requiresAck ?? false,
    ts: parts.ts,
    payload: { ...parts.payload },
    ...(parts.fromSessionId === undefined ? {} : { from_session_id: parts.fromSessionId }),
    ...parts.run,
  }
}

/** `<safe name>-<epoch milliseconds>`: the start of a message id and the whole of a heartbeat id. */
export function stampId(name: string, ts: number): string {
  return `${safeName(name)}-${Math.trunc(ts * 1000)}`
}

const OUR_MESSAGE_ID = /-(\d{1,14})-([0-9a-f]{12})$/

/** A message id that no other has: the reference's form, which repeats within a millisecond, and `suffix` (12 hexadecimal digits). */
export function uniqueMessageId(sender: string, ts: number, suffix: string): string {
  return `${stampId(sender, ts)}-${suffix}`
}

/**
 * The event id of the record that goes with a message, made from the message id alone, so that a retry of a half-stored
 * write finds what the first try stored. Undefined for an id that `uniqueMessageId` did not make.
 */
export function eventIdOfMessage(messageId: string): string | undefined {
  const [, millis, suffix] = OUR_MESSAGE_ID.exec(messageId) ?? []
  if (millis === undefined || suffix === undefined) return undefined
  return `blf_${Number(millis).toString(16).padStart(12, '0')}${suffix}`
}
