import type { HookState } from '@rally/core/model/hook-states'
import type { RoomPicture } from '@rally/core/model/room-picture'
import type { MissingHooks } from './room-news.js'

const GONE = new Set(['gone'])

/** Hosts that run here while their hooks do not; where no host has hooks, all of them. */
export function missingHooks(
  { agents }: Pick<RoomPicture, 'agents'>,
  states: Readonly<Record<string, HookState>>,
): MissingHooks[] {
  const works = (state: HookState) => state === 'installed' || state === 'unknown'
  const none = Object.values(states).every((state) => state === 'absent')
  return Object.entries(states).flatMap(([host, state]) => {
    const sessions = agents.filter(({ tool, state: life }) => tool === host && !GONE.has(life)).length
    if (works(state) || (sessions === 0 && !none)) return []
    const cure = state === 'absent' || state === 'stale' ? `rally hooks install --host ${host}` : 'rally hooks status'
    return [{ host, state, sessions, cure }]
  })
}
