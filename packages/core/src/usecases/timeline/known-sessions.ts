import type { HeldName } from '../../model/held-name.js'
import type { Presence } from '../../model/presence.js'
import type { NameOf } from '../../rules/picture/facts.js'
import { isPerson, personName } from '../../rules/roster/person.js'
import { sessionNames, shownId } from '../../rules/roster/shown-names.js'
import { cleanLine } from '../../rules/text/peer-text.js'
import type { RoomContext } from '../context.js'

/** Everybody of whom the room knows something, those who left included. */
export interface KnownSessions {
  readonly sessions: readonly Presence[]
  readonly names: readonly HeldName[]
  readonly nameOf: NameOf
  /** The tool of a session that is here; null of any other. */
  readonly toolOf: (sessionId: string) => string | null
}

export async function knownSessions({ transport }: RoomContext): Promise<KnownSessions> {
  const [sessions, names] = await Promise.all([transport.sessions.list(), transport.names.list()])
  const present = sessionNames(sessions)
  const held = new Map(names.map(({ session_id, name }) => [session_id, name]))
  const tools = new Map(sessions.map(({ session_id, tool }) => [session_id, tool]))
  return {
    sessions,
    names,
    nameOf(sessionId, tool) {
      const known = present.get(sessionId) ?? held.get(sessionId)
      if (known !== undefined) return cleanLine(known)
      if (isPerson({ tool })) return cleanLine(personName(sessionId) ?? tool)
      return cleanLine(tool) || (sessionId === '' ? 'unknown' : shownId(sessionId))
    },
    toolOf: (sessionId) => tools.get(sessionId) ?? null,
  }
}
