import { RallyError } from '../../errors.js'
import type { SentMessage } from '../../rules/inbox/sent-messages.js'
import type { RoomContext } from '../context.js'
import { parseReference } from '../log/find-record.js'
import { type LadderRow, readLadders } from './read-ladder.js'

/** A message and how far it got with each recipient. */
export interface Traced {
  readonly message: SentMessage
  /** What the sender is called. */
  readonly sender: string
  readonly recipients: readonly LadderRow[]
}

/** How many messages are shown unless more are asked for. */
export const DEFAULT_SENT_LIMIT = 20

/** What the sessions of these ids sent and how far each message got, oldest first; of many the newest. */
export async function readSent(
  ctx: RoomContext,
  senders: readonly string[],
  options: { limit?: number | undefined } = {},
): Promise<Traced[]> {
  const { state, of, senderOf } = await readLadders(ctx)
  const mine = state.messages.filter(({ session_id }) => session_id !== null && senders.includes(session_id))
  const shown = mine.slice(-(options.limit ?? DEFAULT_SENT_LIMIT))
  return Promise.all(
    shown.map(async (message) => ({ message, sender: senderOf(message), recipients: await of(message) })),
  )
}

/** The room's messages, whoever sent them, and how far each got; oldest first, of many the newest. */
export async function readMessages(ctx: RoomContext, { limit }: { readonly limit: number }): Promise<Traced[]> {
  const { state, of, senderOf } = await readLadders(ctx)
  const shown = state.messages.slice(-limit)
  return Promise.all(
    shown.map(async (message) => ({ message, sender: senderOf(message), recipients: await of(message) })),
  )
}

/** One message, whoever sent it, by its number, event id or message id. Throws NOT_FOUND. */
export async function traceMessage(ctx: RoomContext, reference: string): Promise<Traced> {
  const { state, of, senderOf } = await readLadders(ctx)
  const message = requireMessage(state.messages, reference)
  return { message, sender: senderOf(message), recipients: await of(message) }
}

/** A message with what it answers and all that was answered to it, oldest first. Throws NOT_FOUND. */
export async function readThread(ctx: RoomContext, reference: string): Promise<Traced[]> {
  const { state, of, senderOf } = await readLadders(ctx)
  const thread = threadOf(state.messages, requireMessage(state.messages, reference))
  return Promise.all(
    thread.map(async (message) => ({ message, sender: senderOf(message), recipients: await of(message) })),
  )
}

function requireMessage(messages: readonly SentMessage[], reference: string): SentMessage {
  const { revision, eventId, messageId } = parseReference(reference)
  const found = messages.findLast(
    ({ number, event_id, id }) =>
      (revision !== undefined && number === revision) ||
      (eventId !== undefined && event_id === eventId) ||
      id === (messageId ?? reference.trim()),
  )
  if (found !== undefined) return found
  const hint = 'rally sent lists what you sent with its numbers'
  throw new RallyError('NOT_FOUND', { what: 'message', value: reference, hint })
}

function threadOf(messages: readonly SentMessage[], from: SentMessage): SentMessage[] {
  const byId = new Map(messages.map((message) => [message.id, message]))
  let root = from
  for (const seen = new Set([root.id]); root.reply_to !== null; ) {
    const above = byId.get(root.reply_to)
    if (above === undefined || seen.has(above.id)) break
    seen.add(above.id)
    root = above
  }
  const members = new Set([root.id])
  // An answer stands behind what it answers; a relay may bring them the other way round, so the list is gone through again.
  for (let size = 0; size !== members.size; ) {
    size = members.size
    for (const { id, reply_to } of messages) if (reply_to !== null && members.has(reply_to)) members.add(id)
  }
  return messages.filter(({ id }) => members.has(id))
}
