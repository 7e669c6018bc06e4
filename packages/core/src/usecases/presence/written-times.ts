import type { Presence } from '../../model/presence.js'
import type { SessionStore } from '../../ports/transport.js'
import { isAhead, type LifeOptions } from '../../rules/presence/life.js'

/** When the records that are dated ahead of our clock were written; nothing is asked for where none is. */
export async function readWrittenTimes(
  store: SessionStore,
  sessions: readonly Presence[],
  now: number,
): Promise<NonNullable<LifeOptions['writtenAt']>> {
  const ahead = sessions.filter((presence) => isAhead(presence, now))
  const times = new Map<string, number>()
  for (const { session_id: id } of ahead) {
    const written = await store.writtenAt?.(id)
    if (written !== undefined) times.set(id, written)
  }
  return ({ session_id: id }) => times.get(id)
}
