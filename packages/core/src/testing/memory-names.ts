import { RallyError } from '../errors.js'
import { requireSafeId } from '../ids.js'
import type { HeldName } from '../model/held-name.js'
import type { NameStore } from '../ports/transport.js'
import { isFreeAgain, MOST_NUMBERS, ownName } from '../rules/roster/session-names.js'

/** The plainest statement of the name store: a map, as far as one process goes. */
export function createMemoryNames(
  room: { readonly names: Map<string, HeldName>; readonly sessions: ReadonlyMap<string, unknown> },
  { now, use }: { now: () => number; use: () => void },
): NameStore {
  const all = (): HeldName[] => [...room.names.values()]

  function freeName(stem: string): string {
    for (let number = 1; number <= MOST_NUMBERS; number++) {
      const name = `${stem}${number}`
      const held = room.names.get(name)
      const isTaken =
        held !== undefined && !isFreeAgain(held, { now: now(), isHere: room.sessions.has(held.session_id) })
      if (!isTaken && !room.sessions.has(name)) return name
    }
    throw new RallyError('NOT_STORED', { what: 'name', reason: 'every number is taken' })
  }

  return {
    async assign(sessionId, stem) {
      use()
      const id = requireSafeId(sessionId, 'session id')
      const own = ownName(all(), id)
      if (own?.ended_at === null) return own.name
      const name = own?.name ?? freeName(stem)
      room.names.set(name, { name, session_id: id, at: now(), ended_at: null })
      return name
    },
    async holder(name) {
      use()
      const held = room.names.get(name)
      return held && { ...held }
    },
    async list() {
      use()
      return all()
        .map((held) => ({ ...held }))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    },
    async release(sessionId) {
      use()
      for (const held of all().filter(({ session_id, ended_at }) => session_id === sessionId && ended_at === null)) {
        room.names.set(held.name, { ...held, ended_at: now() })
      }
    },
  }
}
