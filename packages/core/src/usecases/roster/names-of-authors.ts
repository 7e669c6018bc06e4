import type { Presence } from '../../model/presence.js'
import type { JsonObject } from '../../readers.js'
import { authorOf } from '../../rules/log/author.js'
import { hasName, sessionNames } from '../../rules/roster/shown-names.js'
import type { RoomContext } from '../context.js'

/** What the authors of records are called, by session id. Who has no name is left out. */
export async function namesOfAuthors(
  ctx: Pick<RoomContext, 'transport'>,
  rows: readonly JsonObject[],
  sessions: readonly Presence[],
): Promise<ReadonlyMap<string, string>> {
  const named = sessions.filter(hasName)
  const names = new Map([...sessionNames(named)].filter(([id]) => named.some(({ session_id }) => session_id === id)))
  const authors = rows.flatMap((row) => authorOf(row) ?? [])
  return withFormerNames(ctx, names, authors)
}

/** What these sessions are called: those who are in the room, and those who have left it but still have their name. */
export async function namesOfSessions(
  ctx: Pick<RoomContext, 'transport'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  return withFormerNames(ctx, sessionNames(await ctx.transport.sessions.list()), ids)
}

/** Names that were given are read only where one of the sessions has left the room. */
export async function withFormerNames(
  { transport }: Pick<RoomContext, 'transport'>,
  names: Map<string, string>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.every((id) => names.has(id))) return names
  for (const { name, session_id } of await transport.names.list()) {
    if (session_id !== '' && !names.has(session_id)) names.set(session_id, name)
  }
  return names
}
