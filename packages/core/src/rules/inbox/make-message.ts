import { safeName } from '../../ids.js'
import type { InboxMessage } from '../../model/message.js'
import type { RunIdentity } from '../../model/run-identity.js'
import type { JsonObject } from '../../readers.js'

/** The recipient that stands for everybody in the room. */
export const BROADCAST = 'all'

/** Whether a message to this box is for sessions of this tool. */
export function isForTool(box: string, tool: string): boolean {
  return box === BROADCAST || safeName(box) === safeName(tool)
}

export interface MessageInput {
  readonly from: string
  readonly to: string
  readonly kind?: string | undefined
  readonly payload?: JsonObject | undefined
  readonly requiresAck?: boolean | undefined
  /** Without it, the form `<sender>-<milliseconds>` of the Python system, which is not unique; see `messageId`. */
  readonly id?: string | undefined
  readonly run?: RunIdentity | undefined
}

/** An inbox message sent at `ts` (epoch seconds), as it is stored (protocol section 6). */
export function makeMessage(input: MessageInput, ts: number): InboxMessage {
  return {
    schema_version: '1.0',
    id: input.id ?? messageId(input.from, ts),
    kind: input.kind || 'message',
    from: input.from || 'unknown',
    to: input.to || 'unknown',
    requires_ack: input.requiresAck ?? false,
    ts,
    payload: { ...input.payload },
    ...input.run,
  }
}

/** `<sender>-<milliseconds>`, made unique by `unique` (random hexadecimal digits, see message-ids.ts). */
export function messageId(sender: string, ts: number, unique = ''): string {
  const base = `${safeName(sender)}-${Math.trunc(ts * 1000)}`
  return unique === '' ? base : `${base}-${unique}`
}
