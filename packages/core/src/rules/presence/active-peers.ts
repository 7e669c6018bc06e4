import type { Presence } from '../../model/presence.js'
import { list, str } from '../../readers.js'
import { isActivePeer, isReaderStub, type LivenessOptions } from './liveness.js'

/** A peer as a status names it. */
export interface ActivePeer {
  readonly session_id: string
  readonly tool: string
  readonly phase: string
  readonly files_in_flight_count: number
}

/** The others who are here: no reading positions, nobody who has been silent for longer than its own rhythm allows. */
export function listPeers(
  sessions: readonly Presence[],
  options: LivenessOptions & { selfId?: string | undefined },
): Presence[] {
  return sessions.filter(
    (presence) => presence.session_id !== options.selfId && !isReaderStub(presence) && isActivePeer(presence, options),
  )
}

export function toActivePeer(presence: Presence): ActivePeer {
  return {
    session_id: str(presence.session_id),
    tool: str(presence.tool),
    phase: str(presence.phase),
    files_in_flight_count: list(presence.files_in_flight).length,
  }
}
