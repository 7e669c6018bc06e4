import type { Presence } from '@rally/core/model/presence'
import { str } from '@rally/core/readers'

/** Longest id (core/ids). */
const ID_LENGTH = 128

/** The id under which a session of a machine is known on the server: two machines may use the same one. */
export function relayedSessionId(sessionId: string, machine: string): string {
  const suffix = `@${machine}`
  if (sessionId.length + suffix.length <= ID_LENGTH) return sessionId + suffix
  // Cut ids that share their beginning must stay different: a short checksum of the whole tells them apart.
  const sum = `-${checksum(sessionId)}`
  return sessionId.slice(0, ID_LENGTH - suffix.length - sum.length) + sum + suffix
}

/** A message or payload that names one of our sessions as the others know it (`ID@MACHINE`) names it as it is called here. */
export function addressedHere<Item extends { readonly to_session_id?: unknown }>(item: Item, machine: string): Item {
  const to = item.to_session_id
  const suffix = `@${machine}`
  if (typeof to !== 'string' || !to.endsWith(suffix) || to.length === suffix.length) return item
  return { ...item, to_session_id: to.slice(0, -suffix.length) }
}

/** Whether a presence record in this room belongs to another machine. */
export function isForeign(presence: Presence, machine: string): boolean {
  const of = str(presence.machine)
  return of !== '' && of !== machine
}

/** What means something at home only. */
const HOME_KEYS = [
  ...(['cursor', 'host_pid', 'host_started', 'host_namespace', 'host_since', 'host_conversations'] as const),
  ...(['worktree_id', 'writers'] as const),
] as const

/**
 * Presence as the other machines get it: with its machine and its unread count, without what means something at home only
 * (reading position, process).
 */
export function exportPresence(presence: Presence, machine: string, unread: NonNullable<Presence['unread']>): Presence {
  const rest = { ...presence }
  for (const key of HOME_KEYS) delete rest[key]
  return {
    ...rest,
    session_id: relayedSessionId(presence.session_id, machine),
    relayed_session_id: presence.session_id,
    machine,
    unread,
  }
}

/** Presence of another machine as it is stored here; under its own id unless a session of ours has that. */
export function importPresence(relayed: Presence, taken: (sessionId: string) => boolean): Presence {
  const { relayed_session_id: original, cursor: _cursor, ...rest } = relayed
  const id = str(original)
  return { ...rest, session_id: id === '' || taken(id) ? relayed.session_id : id }
}

/** FNV-1a, 32 bits, hexadecimal. Not for secrets. */
function checksum(text: string): string {
  let hash = 0x811c9dc5
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return hash.toString(16).padStart(8, '0')
}
