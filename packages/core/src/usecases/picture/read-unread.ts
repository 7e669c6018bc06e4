import { isSafeId, safeName } from '../../ids.js'
import type { Presence } from '../../model/presence.js'
import { str } from '../../readers.js'
import { BROADCAST } from '../../rules/inbox/make-message.js'
import { isReaderStub, lastSeen } from '../../rules/presence/life.js'
import { isPerson } from '../../rules/roster/person.js'
import type { RoomContext } from '../context.js'
import { type BoxReader, readBoxesOnce, readInboxPositions, unreadOf } from '../inbox/inbox-position.js'

/** Of so many sessions it is counted, those that were seen last: each has a cursor of its own to be read. */
const MOST_COUNTED = 24

/**
 * How many messages the sessions of a room have not acknowledged, by session id. Those beyond the newest are left out; where no
 * box holds anything nothing else is read.
 */
export async function readUnread(
  ctx: RoomContext,
  sessions: readonly Presence[],
  readBox: BoxReader = readBoxesOnce(ctx.transport.inbox),
): Promise<Map<string, number>> {
  const agents = sessions
    .filter((one) => isSafeId(one.session_id) && !isReaderStub(one) && !isPerson(one))
    .sort((a, b) => lastSeen(b) - lastSeen(a))
    .slice(0, MOST_COUNTED)
  if (agents.length === 0) return new Map()
  const boxes = new Set(await ctx.transport.inbox.boxes())
  const counted = agents.map(async ({ session_id: id, ...presence }): Promise<[string, number]> => {
    const tool = safeName(str(presence.tool))
    if (!boxes.has(tool) && !boxes.has(BROADCAST)) return [id, 0]
    const positions = await readInboxPositions(ctx, { tool, sessionId: id }, readBox)
    return [id, unreadOf(positions, 'direct') + unreadOf(positions, 'broadcast')]
  })
  return new Map(await Promise.all(counted))
}
