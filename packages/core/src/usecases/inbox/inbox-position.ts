import type { AddressedEntry, InboxEntry, InboxStore } from '../../ports/transport.js'
import { BROADCAST } from '../../rules/inbox/make-message.js'
import type { MessageSummary } from '../../rules/inbox/summarize-message.js'
import { handledAhead, handledCount } from '../../rules/inbox/unread.js'
import { isPerson } from '../../rules/roster/person.js'
import type { RoomContext } from '../context.js'

/** The cursor of a tool whose session is not known. */
const ANY_SESSION = '_global'

/** A box as one session sees it. */
export interface BoxPosition {
  readonly source: MessageSummary['source']
  readonly box: string
  /** Entries in the box. */
  readonly size: number
  /** How many of them the session has handled. */
  readonly handled: number
  /** Ordinals of messages that are not the session's to read, in order. They are neither shown nor counted. */
  readonly foreign: readonly number[]
  /** Ordinals beyond `handled` that were handled out of their turn, by an answer. */
  readonly ahead: readonly number[]
}

export interface Reader {
  readonly tool: string
  readonly sessionId?: string | undefined
}

/** How many entries a box has, and which are meant for one session. */
export type BoxReader = (
  box: string,
) => Promise<{ readonly size: number; readonly addressed: readonly AddressedEntry[] }>

/** Reads each box once, for however many readers. */
export function readBoxesOnce(inbox: Pick<InboxStore, 'addressed' | 'size'>): BoxReader {
  const known = new Map<string, ReturnType<BoxReader>>()
  const read: BoxReader = async (box) => {
    // Counted after the others' mail was: a message that comes in between is seen next time.
    const addressed = await inbox.addressed(box, 0)
    return { addressed, size: (await inbox.size(box)).count }
  }
  return (box) => {
    const found = known.get(box) ?? read(box)
    known.set(box, found)
    return found
  }
}

/** Where a session stands in its own box and in the broadcast box. The tool `all` has the broadcast box as its own. */
export async function readInboxPositions(
  ctx: RoomContext,
  reader: Reader,
  readBox: BoxReader = readBoxesOnce(ctx.transport.inbox),
): Promise<readonly BoxPosition[]> {
  const { inbox } = ctx.transport
  const { tool, sessionId = ANY_SESSION } = reader
  const cursor = await inbox.cursor(tool, sessionId)
  const position = async (source: BoxPosition['source'], box: string): Promise<BoxPosition> => {
    const { addressed, size } = await readBox(box)
    const others = addressed.filter((entry) => entry.sessionId !== sessionId && entry.ordinal <= size)
    const handled = handledCount(cursor, source, size)
    const own =
      isPerson({ tool }) && source === 'broadcast' ? await writtenBy(ctx, sessionId, { box, handled, size }) : []
    const foreign = [...new Set([...others.map((at) => at.ordinal), ...own])].sort((a, b) => a - b)
    const ahead = handledAhead(cursor, source).filter((ordinal) => ordinal > handled && ordinal <= size)
    return { source, box, size, handled, foreign, ahead }
  }
  return Promise.all([position('direct', tool), ...(tool === BROADCAST ? [] : [position('broadcast', BROADCAST)])])
}

/** Of so many unread entries it is looked who wrote them. */
const MOST_LOOKED_AT = 200

/** Nobody has to read what they wrote themselves; the existing readers count it for agents. */
async function writtenBy(
  ctx: RoomContext,
  sessionId: string,
  { box, handled, size }: Pick<BoxPosition, 'box' | 'handled' | 'size'>,
): Promise<number[]> {
  const after = Math.max(handled, size - MOST_LOOKED_AT)
  const entries = after >= size ? [] : await ctx.transport.inbox.read(box, after, size - after)
  return entries.filter(({ message }) => message?.from_session_id === sessionId).map(({ ordinal }) => ordinal)
}

/**
 * The newest `limit` entries of a box behind an ordinal that are the reader's to see, oldest first: however full the box is,
 * little more is read.
 */
export async function readNewestEntries(
  ctx: RoomContext,
  position: BoxPosition,
  options: { after: number; limit: number },
): Promise<readonly InboxEntry[]> {
  const { box, size } = position
  const foreign = new Set(position.foreign)
  let after = size
  for (let left = options.limit; left > 0 && after > options.after; after--) if (!foreign.has(after)) left--
  const entries = after >= size ? [] : await ctx.transport.inbox.read(box, after, size - after)
  return entries.filter(({ ordinal }) => !foreign.has(ordinal))
}

/** Entries after an ordinal that are the reader's. */
export function countAfter({ size, foreign }: BoxPosition, after: number): number {
  return Math.max(0, size - after) - foreign.filter((ordinal) => ordinal > after).length
}

/** Unread entries of one source. */
export function unreadOf(positions: readonly BoxPosition[], source: BoxPosition['source']): number {
  const own = positions.filter((box) => box.source === source)
  return own.reduce((sum, position) => sum + countAfter(position, position.handled) - position.ahead.length, 0)
}
