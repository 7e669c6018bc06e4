import type { Presence } from '../../model/presence.js'
import type { SessionStore } from '../../ports/transport.js'
import { isAhead, type LifeTimes } from '../../rules/presence/life.js'

/**
 * What the storage knows of the times of a room's records: when those dated ahead of our clock were written (nothing is asked
 * for where none is), and who announced files since its record.
 */
export async function readLifeTimes(
  store: SessionStore,
  sessions: readonly Presence[],
  now: number,
): Promise<LifeTimes> {
  const written = new Map<string, number>()
  for (const { session_id: id } of sessions.filter((presence) => isAhead(presence, now))) {
    const at = await store.writtenAt?.(id)
    if (at !== undefined) written.set(id, at)
  }
  const announced = await store.announcedAt?.()
  return {
    writtenAt: ({ session_id: id }) => written.get(id),
    announcedAt: ({ session_id: id, machine }) => (machine === undefined ? announced?.get(id) : undefined),
  }
}
