import type { HookState } from '@rally/core/model/hook-states'
import type { RoomPicture } from '@rally/core/model/room-picture'
import { runsHere } from '@rally/core/rules/picture/machine-labels'
import type { MissingHooks } from './room-news.js'

/** Hosts that run on this machine while their hooks do not; where no host has hooks, all of them. */
export function missingHooks(
  { room, agents }: Pick<RoomPicture, 'agents' | 'room'>,
  states: Readonly<Record<string, HookState>>,
): MissingHooks[] {
  const works = (state: HookState) => state === 'installed' || state === 'unknown'
  const none = Object.values(states).every((state) => state === 'absent')
  return Object.entries(states).flatMap(([host, state]) => {
    // What hooks of another machine do is not seen from here.
    const own = agents.filter((agent) => agent.tool === host && agent.state !== 'gone' && runsHere(agent, room))
    const sessions = own.length
    if (works(state) || (sessions === 0 && !none)) return []
    const cure = state === 'absent' || state === 'stale' ? `rally hooks install --host ${host}` : 'rally hooks status'
    return [{ host, state, sessions, cure }]
  })
}
