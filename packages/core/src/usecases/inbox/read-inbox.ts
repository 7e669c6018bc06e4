import { isObject, type JsonObject } from '../../readers.js'
import { orderingTime } from '../../rules/inbox/message-order.js'
import type { RoomContext } from '../context.js'
import {
  type BoxPosition,
  countAfter,
  type Reader,
  readInboxPositions,
  readNewestEntries,
  unreadOf,
} from './inbox-position.js'

/** How many messages are read unless more are asked for. */
export const DEFAULT_INBOX_LIMIT = 20

/** Messages in the box of the tool, in the box of all, and together. */
export interface InboxCounts {
  readonly direct: number
  readonly broadcast: number
  readonly total: number
}

/** A message in full, with where it was found. */
export interface ReadMessage {
  readonly source: BoxPosition['source']
  /** Its number in the box; the first is 1. */
  readonly ordinal: number
  readonly unread: boolean
  /** As stored. */
  readonly message: JsonObject
}

/** Messages of a session, and how many are unread. */
export interface InboxReading {
  /** Oldest first; of too many, the newest. */
  readonly messages: readonly ReadMessage[]
  /** Earlier ones that were asked for but left out by the limit, and lines that hold no message. */
  readonly omitted: number
  readonly unread: InboxCounts
}

/** How many messages a session has not handled (protocol section 6). */
export async function countUnread(ctx: RoomContext, reader: Reader): Promise<InboxCounts> {
  return countsOf(await readInboxPositions(ctx, reader))
}

/**
 * Messages in full: unread ones, or with `all` also those that were acknowledged. Reading acknowledges nothing.
 */
export async function readInbox(
  ctx: RoomContext,
  reader: Reader,
  options: { all?: boolean | undefined; limit?: number | undefined } = {},
): Promise<InboxReading> {
  const now = ctx.clock.now()
  const limit = Math.max(0, options.limit ?? DEFAULT_INBOX_LIMIT)
  const positions = await readInboxPositions(ctx, reader)
  const read = await Promise.all(positions.map((position) => readBox(ctx, position, { all: options.all, limit })))
  const messages = read
    .flat()
    .sort((a, b) => orderingTime(a.message.ts, now) - orderingTime(b.message.ts, now))
    .slice(limit === 0 ? Number.POSITIVE_INFINITY : -limit)
  const asked = positions.reduce((sum, position) => sum + countAfter(position, options.all ? 0 : position.handled), 0)
  const answered = options.all ? 0 : positions.reduce((sum, { ahead }) => sum + ahead.length, 0)
  return { messages, omitted: asked - answered - messages.length, unread: countsOf(positions) }
}

async function readBox(
  ctx: RoomContext,
  position: BoxPosition,
  options: { all?: boolean | undefined; limit: number },
): Promise<ReadMessage[]> {
  const { source, handled, ahead } = position
  const isUnread = (ordinal: number) => ordinal > handled && !ahead.includes(ordinal)
  const entries = await readNewestEntries(ctx, position, { after: options.all ? 0 : handled, limit: options.limit })
  return entries.flatMap(({ ordinal, message }) =>
    isObject(message) && (options.all || isUnread(ordinal))
      ? [{ source, ordinal, unread: isUnread(ordinal), message: message as JsonObject }]
      : [],
  )
}

function countsOf(positions: readonly BoxPosition[]): InboxCounts {
  const [direct, broadcast] = [unreadOf(positions, 'direct'), unreadOf(positions, 'broadcast')]
  return { direct, broadcast, total: direct + broadcast }
}
