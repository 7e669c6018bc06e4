import type { InboxEntry } from '../../ports/transport.js'
import { BROADCAST } from '../../rules/inbox/make-message.js'
import type { MessageSummary } from '../../rules/inbox/summarize-message.js'
import { handledCount } from '../../rules/inbox/unread.js'
import type { RoomContext } from '../context.js'

/** The cursor of a tool whose session is not known. */
export const ANY_SESSION = '_global'

/** A box as one session sees it. */
export interface BoxPosition {
  readonly source: MessageSummary['source']
  readonly box: string
  /** Entries in the box. */
  readonly size: number
  /** How many of them the session has handled. */
  readonly handled: number
}

export interface Reader {
  readonly tool: string
  readonly sessionId?: string | undefined
}

/** Where a session stands in its own box and in the broadcast box. The tool `all` has the broadcast box as its own. */
export async function readInboxPositions(ctx: RoomContext, reader: Reader): Promise<readonly BoxPosition[]> {
  const { inbox } = ctx.transport
  const { tool, sessionId = ANY_SESSION } = reader
  const [cursor, direct, broadcast] = await Promise.all([
    inbox.cursor(tool, sessionId),
    inbox.size(tool),
    tool === BROADCAST ? undefined : inbox.size(BROADCAST),
  ])
  const position = (source: BoxPosition['source'], box: string, size: number): BoxPosition => {
    return { source, box, size, handled: handledCount(cursor, source, size) }
  }
  const own = position('direct', tool, direct.count)
  return broadcast === undefined ? [own] : [own, position('broadcast', BROADCAST, broadcast.count)]
}

/** The newest `limit` entries of a box behind an ordinal, oldest first: however full the box is, no more are read. */
export async function readNewestEntries(
  ctx: RoomContext,
  { box, size }: BoxPosition,
  options: { after: number; limit: number },
): Promise<readonly InboxEntry[]> {
  const after = Math.max(options.after, size - options.limit)
  return after >= size ? [] : ctx.transport.inbox.read(box, after, size - after)
}

/** Unread entries of one source. */
export function unreadOf(positions: readonly BoxPosition[], source: BoxPosition['source']): number {
  return positions.filter((box) => box.source === source).reduce((sum, { size, handled }) => sum + size - handled, 0)
}
