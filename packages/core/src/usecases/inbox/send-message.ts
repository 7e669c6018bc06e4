import { isRallyError, RallyError } from '../../errors.js'
import { isSafeId } from '../../ids.js'
import type { Transport } from '../../ports/transport.js'
import type { JsonObject } from '../../readers.js'
import { makeMessage, messageId } from '../../rules/inbox/make-message.js'
import { eventIdOfMessage, MESSAGE_ID_DIGITS } from '../../rules/inbox/message-ids.js'
import { isSessionName } from '../../rules/roster/session-names.js'
import type { RoomContext } from '../context.js'
import { type Author, draftRecord, readRun } from '../log/draft-record.js'

/** How far back a retry looks for what its first try stored. */
const RETRY_WINDOW = 1000
const RECIPIENT = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,128}$/u

/** Message and record of one write; the record's payload may name the message. */
export interface Sending {
  readonly from: string
  /** Session that sends, where it is known. */
  readonly fromSessionId?: string | undefined
  /** A tool id, or `all`. */
  readonly to: string
  /** The one session of that tool that it is meant for. */
  readonly toSessionId?: string | undefined
  /** Id of the message that this one answers. */
  readonly replyTo?: string | undefined
  readonly kind: string
  readonly payload: JsonObject
  readonly requiresAck?: boolean | undefined
  /** What the log keeps; null keeps nothing. */
  readonly record: { readonly kind: string; readonly payload: (messageId: string) => JsonObject } | null
  readonly author: Author
  /** The id of an earlier, half-stored try. */
  readonly messageId?: string | undefined
}

/** What came of it. `log` is false with a `failure`, or when no record was asked for. */
export interface Sent {
  readonly messageId: string
  /** Where the box is kept: a path or a key. */
  readonly box: string | null
  readonly revision: number | null
  readonly eventId: string | null
  readonly stored: { readonly inbox: boolean; readonly log: boolean }
  /** Why the record was not stored although the message was. */
  readonly failure?: RallyError
}

/**
 * Puts a message into a box, then its record into the log. The message comes first: it is what somebody waits for. When
 * only the record fails, the answer says so, and a retry with the same message id stores the missing half alone.
 * Throws what the inbox throws (nothing was stored), and UNSAFE_ID for a recipient that no box can have.
 */
export async function sendMessage(ctx: RoomContext, sending: Sending): Promise<Sent> {
  const to = requireRecipient(sending.to)
  const ts = ctx.clock.now()
  const id = sending.messageId ?? messageId(sending.from, ts, ctx.ids.hex(MESSAGE_ID_DIGITS))
  const isRetry = sending.messageId !== undefined
  const run = await readRun(ctx, ctx.workdir)
  const message = {
    ...makeMessage({ ...sending, to, id, run }, ts),
    ...(await senderKeys(ctx, sending)),
    ...addresseeKey(sending),
  }
  const delivered = isRetry && (await isDelivered(ctx.transport, to, id))
  const box = delivered ? null : await ctx.transport.inbox.deliver(message)
  const sent = { messageId: id, box, revision: null, eventId: null, stored: { inbox: true, log: false } }
  if (sending.record === null) return sent
  try {
    const eventId = eventIdOfMessage(id)
    const earlier = isRetry && eventId !== undefined ? await findRecorded(ctx.transport, eventId) : undefined
    const appended =
      earlier ??
      (await ctx.transport.log.append(
        await draftRecord(ctx, sending.author, {
          kind: sending.record.kind,
          payload: sending.record.payload(id),
          eventId,
        }),
      ))
    return { ...sent, ...appended, stored: { inbox: true, log: true } }
  } catch (error) {
    if (!isRallyError(error)) throw error
    return { ...sent, failure: halfStored(error, id) }
  }
}

/** Which session wrote, and what it is called: so that no reader has to look that up, on whichever machine. */
async function senderKeys(
  { transport }: RoomContext,
  { fromSessionId: id }: Sending,
): Promise<{ from_session_id?: string; from_name?: string }> {
  if (id === undefined) return {}
  const name = isSafeId(id) ? (await transport.sessions.get(id))?.name : undefined
  return { from_session_id: id, ...(isSessionName(name) ? { from_name: name } : {}) }
}

/** For which session alone, and what it answers. Also for the records that go with messages; other readers pass over them. */
export function addresseeKey({ toSessionId, replyTo }: Pick<Partial<Sending>, 'toSessionId' | 'replyTo'>): JsonObject {
  return {
    ...(toSessionId === undefined ? {} : { to_session_id: toSessionId }),
    ...(replyTo === undefined ? {} : { reply_to: replyTo }),
  }
}

/** The recipient, checked: other characters than letters are the transport's to encode (protocol section 2), control characters are nobody's. */
function requireRecipient(to: string): string {
  if (RECIPIENT.test(to)) return to
  throw new RallyError('UNSAFE_ID', { what: 'recipient', value: to.slice(0, 200) })
}

async function isDelivered(transport: Transport, box: string, id: string): Promise<boolean> {
  const { count } = await transport.inbox.size(box)
  const entries = await transport.inbox.read(box, Math.max(0, count - RETRY_WINDOW))
  return entries.some(({ message }) => message?.id === id)
}

async function findRecorded(
  transport: Transport,
  eventId: string,
): Promise<{ revision: number; eventId: string } | undefined> {
  const record = (await transport.log.latest(RETRY_WINDOW)).find((candidate) => candidate.event_id === eventId)
  return record === undefined ? undefined : { revision: record.revision ?? 0, eventId }
}

function halfStored(cause: RallyError, id: string): RallyError {
  return new RallyError(
    'NOT_STORED',
    {
      what: 'record of the message',
      reason: cause.message,
      hint: `the message itself was delivered; run the command again with --message-id ${id} to store the rest`,
      message_id: id,
      cause: cause.code,
    },
    { cause },
  )
}
