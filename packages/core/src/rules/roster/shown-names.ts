import type { Presence } from '../../model/presence.js'
import type { SessionIdentity } from '../../model/session-identity.js'
import { str, text } from '../../readers.js'
import { isPerson, personName } from './person.js'
import { isSessionName } from './session-names.js'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** What of a session says how it is called. */
export type Named = Pick<Presence, 'session_id' | 'tool' | 'name' | 'machine'>

/** A session, or somebody who wrote: the name, or what stands for it where there is none. */
export function shownName({ session_id: id, tool, name }: Pick<Named, 'session_id' | 'tool' | 'name'>): string {
  // A person who read the room left a reading position there.
  if (isPerson({ tool }) || tool === 'reader') return personName(str(id)) ?? text(name) ?? shownId(id)
  return isSessionName(name) ? name : shownId(id)
}

/** Whether the record says how its session is called. */
export function hasName({ tool, name }: Pick<Named, 'tool' | 'name'>): boolean {
  return isPerson({ tool }) || isSessionName(name)
}

/** An id as a text shows it where a session has no name: of a UUID its beginning, which names it as well. */
export function shownId(id: unknown): string {
  return typeof id !== 'string' ? 'unknown' : UUID.test(id) ? id.slice(0, 8) : id
}

/** What somebody who asks is called where the room has no record of them. */
export function nameOfAsking({ sessionId, tool, user }: Pick<SessionIdentity, 'sessionId' | 'tool' | 'user'>): string {
  return shownName({ session_id: sessionId, tool, name: user })
}

/** `claude-1@laptop`: the name of a session of another machine where this room gave the same one. */
export function nameElsewhere(name: string, machine: string): string {
  const whole = machine.split('.', 1)[0]?.replace(/[^A-Za-z0-9_-]+/g, '-') ?? ''
  // A relay adds eight digits to the host name, so that two machines of one name differ.
  const short = whole.replace(/(.)-[0-9a-f]{8}$/, '$1')
  return short === '' ? name : `${name}@${short}`
}

/** Where two other machines are called alike: with the whole name of the machine. */
function wholeName(session: Named): string {
  return `${shownName(session)}@${str(session.machine).replace(/[^A-Za-z0-9_.-]+/g, '-')}`
}

/** The names of the sessions of one room, by id. Where two machines gave the same name, relayed sessions carry their machine's. */
export function sessionNames(sessions: readonly Named[]): Map<string, string> {
  const count = new Map<string, number>()
  for (const session of sessions) {
    const name = shownName(session)
    count.set(name, (count.get(name) ?? 0) + 1)
  }
  const elsewhere = (session: Named): string | undefined => {
    const name = shownName(session)
    const machine = text(session.machine)
    return (count.get(name) ?? 0) > 1 && machine !== undefined ? nameElsewhere(name, machine) : undefined
  }
  const short = new Map<string, Set<string>>()
  for (const session of sessions) {
    const name = elsewhere(session)
    if (name !== undefined) short.set(name, (short.get(name) ?? new Set()).add(str(session.machine)))
  }
  return new Map(
    sessions.map((session) => {
      const name = elsewhere(session)
      const isClear = name !== undefined && (short.get(name)?.size ?? 0) < 2
      return [session.session_id, isClear ? name : name === undefined ? shownName(session) : wholeName(session)]
    }),
  )
}
