import type { Presence } from '../../model/presence.js'
import type { JsonObject } from '../../readers.js'
import { authorOf } from '../../rules/log/author.js'
import { hasName, sessionNames } from '../../rules/roster/shown-names.js'
import type { RoomContext } from '../context.js'

/**
 * What the authors of records are called, by session id: those who are in the room, and those who have left it but still have
 * their name. Who has none is left out.
 */
export async function namesOfAuthors(
  { transport }: Pick<RoomContext, 'transport'>,
  rows: readonly JsonObject[],
  sessions: readonly Presence[],
): Promise<ReadonlyMap<string, string>> {
  const named = sessions.filter(hasName)
  const names = new Map([...sessionNames(named)].filter(([id]) => named.some(({ session_id }) => session_id === id)))
  const isMissing = rows.some((row) => {
    const author = authorOf(row)
    return author !== undefined && !names.has(author)
  })
  if (!isMissing) return names
  for (const { name, session_id } of await transport.names.list()) {
    if (session_id !== '' && !names.has(session_id)) names.set(session_id, name)
  }
  return names
}
