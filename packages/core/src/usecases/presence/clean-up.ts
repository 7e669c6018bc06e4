import { isSafeId } from '../../ids.js'
import type { Presence } from '../../model/presence.js'
import { num } from '../../readers.js'
import type { RoomContext } from '../context.js'

/** Presence older than this says nothing any more (protocol sections 2 and 4 leave it for ever). */
const PRESENCE_MAX_AGE_SECS = 24 * 3600

/**
 * Removes presence that nobody has refreshed for `maxAgeSecs`. Answers the session ids. Records without a time (reader
 * stubs) and with a future one stay. A session that comes back in between is left alone.
 */
export async function cleanUp(
  ctx: Pick<RoomContext, 'transport' | 'clock'>,
  options: { maxAgeSecs?: number } = {},
): Promise<readonly string[]> {
  const oldest = ctx.clock.now() - (options.maxAgeSecs ?? PRESENCE_MAX_AGE_SECS)
  const removed: string[] = []
  for (const { session_id: id, ...presence } of await ctx.transport.sessions.list()) {
    if (!isSafeId(id) || !isOlder(presence, oldest)) continue
    const current = await ctx.transport.sessions.get(id)
    if (current === undefined || !isOlder(current, oldest)) continue
    if ((await ctx.transport.sessions.remove(id)) !== null) removed.push(id)
  }
  return removed
}

function isOlder(presence: Pick<Presence, 'last_seen' | 'heartbeat_ts'>, oldest: number): boolean {
  const seen = num(presence.last_seen) ?? num(presence.heartbeat_ts) ?? 0
  return seen > 0 && seen < oldest
}
