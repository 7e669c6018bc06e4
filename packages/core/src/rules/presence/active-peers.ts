import type { Presence } from '../../model/presence.js'
import { list, str } from '../../readers.js'
import { isPerson } from '../roster/person.js'
import { shownId } from '../roster/shown-names.js'
import { hostCompany } from './host-company.js'
import { isLive, type LifeOptions } from './life.js'

/** A peer as a status names it. */
export interface ActivePeer {
  readonly session_id: string
  /** What it is called in this room. */
  readonly name: string
  readonly tool: string
  readonly phase: string
  readonly files_in_flight_count: number
}

/** The other agents who are here, no persons. `sessions` are all records of the room: who shares a process with whom counts. */
export function listPeers(
  sessions: readonly Presence[],
  options: Omit<LifeOptions, 'company'> & { selfId?: string | undefined },
): Presence[] {
  const company = hostCompany(sessions)
  return sessions.filter(
    (presence) =>
      presence.session_id !== options.selfId && !isPerson(presence) && isLive(presence, { ...options, company }),
  )
}

/** `names` are those of everybody in the room. */
export function toActivePeer(presence: Presence, names: ReadonlyMap<string, string>): ActivePeer {
  return {
    session_id: str(presence.session_id),
    name: names.get(str(presence.session_id)) ?? shownId(str(presence.session_id)),
    tool: str(presence.tool),
    phase: str(presence.phase),
    files_in_flight_count: list(presence.files_in_flight).length,
  }
}
