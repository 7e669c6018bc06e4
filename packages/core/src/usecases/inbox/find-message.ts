import { RallyError } from '../../errors.js'
import type { ChangeRecord } from '../../model/change-record.js'
import { isObject, type JsonObject, obj, str, text } from '../../readers.js'
import { BROADCAST } from '../../rules/inbox/make-message.js'
import { senderName } from '../../rules/inbox/sender-name.js'
import { messageIdOfRecord } from '../../rules/inbox/sent-messages.js'
import { summarizeMessage } from '../../rules/inbox/summarize-message.js'
import type { RoomContext, SessionContext } from '../context.js'
import { findRecord, parseReference } from '../log/find-record.js'

/** How far back a box is looked through for a message that the log does not know. */
const LOOKED_THROUGH = 2000

/** A message that somebody refers to. */
export interface FoundMessage {
  readonly id: string
  /** Its number in the room; null when only its box knows it. */
  readonly number: number | null
  readonly kind: string
  /** Tool and, where it is known, session and name of the sender. */
  readonly from: string
  readonly fromSessionId: string | undefined
  readonly fromName: string | undefined
  /** The box it lies in. */
  readonly box: string
  readonly toSessionId: string | undefined
  readonly requiresAck: boolean
  readonly text: string
}

/** The message with this number, event id or message id. Throws NOT_FOUND. */
export async function findMessage(ctx: SessionContext, reference: string): Promise<FoundMessage> {
  const record = await findRecord(ctx, parseReference(reference), isOfMessage)
  const found = record === undefined ? await findInBoxes(ctx, reference.trim()) : await fromRecord(ctx, record)
  if (found !== undefined) return found
  const hint = 'rally inbox read shows messages with their numbers'
  throw new RallyError('NOT_FOUND', { what: 'message', value: reference, hint })
}

/** Whether a record goes with a message: it names a recipient and a message. */
function isOfMessage(record: Pick<ChangeRecord, 'payload' | 'event_id' | 'tool'>): boolean {
  return text(obj(record.payload).to) !== undefined && messageIdOfRecord(record) !== undefined
}

async function fromRecord(ctx: RoomContext, record: ChangeRecord): Promise<FoundMessage | undefined> {
  const payload = obj(record.payload)
  const id = messageIdOfRecord(record)
  if (id === undefined) return undefined
  const to = str(payload.to)
  const box = to === 'peer' ? BROADCAST : to
  const fromSessionId = text(payload.from_session_id) ?? text(payload.session_id)
  return {
    id,
    number: record.revision ?? null,
    kind: text(payload.message_kind) ?? str(record.kind, 'message'),
    from: str(record.tool, 'unknown'),
    fromSessionId,
    fromName: fromSessionId === undefined ? undefined : text((await ctx.transport.sessions.get(fromSessionId))?.name),
    box,
    toSessionId: text(payload.to_session_id),
    requiresAck: payload.requires_ack === true || record.kind === 'handoff',
    text: summarizeMessage({ payload: isObject(payload.payload) ? payload.payload : payload }).preview ?? '',
  }
}

async function findInBoxes(ctx: SessionContext, id: string): Promise<FoundMessage | undefined> {
  for (const box of [ctx.session.tool, BROADCAST]) {
    const { count } = await ctx.transport.inbox.size(box)
    const entries = await ctx.transport.inbox.read(box, Math.max(0, count - LOOKED_THROUGH))
    const message = entries.findLast((entry) => entry.message?.id === id)?.message
    if (message) return fromMessage(message, box)
  }
  return undefined
}

/** The same of a stored message. */
export function fromMessage(message: JsonObject, box: string, number: number | null = null): FoundMessage {
  return {
    id: str(message.id),
    number,
    kind: str(message.kind, 'message'),
    from: str(message.from, 'unknown'),
    fromSessionId: text(message.from_session_id) ?? text(obj(message.payload).session_id),
    fromName: senderName(message),
    box,
    toSessionId: text(message.to_session_id),
    requiresAck: message.requires_ack === true,
    text: summarizeMessage(message).preview ?? '',
  }
}
