import type { Presence } from '../../model/presence.js'
import { num, text } from '../../readers.js'

/**
 * How a session stands to the others that its host process has in the same room. `several`: the process serves more than one.
 * `replaced`: its program has one conversation, and has begun another one since.
 */
export type Company = 'alone' | 'several' | 'replaced'
export type HostCompany = (presence: Presence) => Company

/** What is known of the sessions of one process. */
export interface HostMembers {
  readonly all: number
  /** Those that no other session started. */
  readonly roots: number
  /** The beginning of the newest conversation, of a program that has one (epoch seconds). */
  readonly newest: number
}

/** Looks at the records of one room. */
export function hostCompany(records: Iterable<Presence>): HostCompany {
  const hosts = new Map<string, HostMembers>()
  for (const presence of records) {
    const key = hostKey(presence)
    if (key !== '') hosts.set(key, withMember(hosts.get(key), presence))
  }
  return (presence) => companyOf(presence, hosts.get(hostKey(presence)))
}

export function withMember(members: HostMembers | undefined, presence: Presence): HostMembers {
  const { all, roots, newest } = members ?? { all: 0, roots: 0, newest: 0 }
  return {
    all: all + 1,
    roots: roots + (isChild(presence) ? 0 : 1),
    newest: Math.max(newest, conversationStart(presence)),
  }
}

/** How a session stands to the members of its process. A subagent and its parent do not make a process serve several. */
export function companyOf(presence: Presence, members: HostMembers | undefined): Company {
  if (members === undefined) return 'alone'
  if (isChild(presence)) return members.all > 1 ? 'several' : 'alone'
  if (presence.host_conversations !== 'one') return members.roots > 1 ? 'several' : 'alone'
  return conversationStart(presence) < members.newest ? 'replaced' : 'alone'
}

/** Names the host process of a session of this machine; empty where none is recorded. */
export function hostKey(presence: Presence): string {
  const [pid, started] = [num(presence.host_pid), text(presence.host_started)]
  if (pid === undefined || started === undefined || presence.machine !== undefined) return ''
  return `${started}/${pid}/${text(presence.host_namespace) ?? ''}`
}

function conversationStart(presence: Presence): number {
  return presence.host_conversations === 'one' && !isChild(presence) ? (num(presence.host_since) ?? 0) : 0
}

function isChild(presence: Presence): boolean {
  return text(presence.parent) !== undefined
}
