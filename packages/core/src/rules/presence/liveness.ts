import type { Presence } from '../../model/presence.js'
import { num } from '../../readers.js'
import { toNumber, truthy } from '../text/python-values.js'
import { ROSTER_WINDOW_SECS, stalenessWindow } from './staleness-window.js'

/** A process that outlived this many seconds without a hook says nothing any more about its session. */
const HOST_PROCESS_WINDOW_SECS = 12 * 3600

/**
 * Whether the host process of a session still runs: same machine, same process id and start time, no shared daemon.
 * Undefined when that cannot be told.
 */
export type HostProcessProbe = (presence: Presence) => boolean | undefined

export interface LivenessOptions {
  readonly now: number
  readonly hostProcess?: HostProcessProbe | undefined
}

/** Epoch seconds of the last sign of life; 0 for none that can be read. */
export function lastSeen(presence: Presence): number {
  const stored: unknown = truthy(presence.last_seen) ? presence.last_seen : presence.heartbeat_ts
  return Math.max(0, toNumber(stored) ?? 0)
}

/** Whether a record is only somebody's reading position: never an agent, never a peer. */
export function isReaderStub(presence: Presence): boolean {
  return presence.tool === 'reader'
}

/** Live in the sense of the roster: seen within `windowSecs`, or its host process runs. */
export function isLive(presence: Presence, options: LivenessOptions & { windowSecs?: number | undefined }): boolean {
  return judge(presence, options, options.windowSecs ?? ROSTER_WINDOW_SECS)
}

/** A peer that counts as present in peer lists: within its own rhythm's window, or its host process runs. */
export function isActivePeer(presence: Presence, options: LivenessOptions): boolean {
  return judge(presence, options, stalenessWindow(num(presence.planned_heartbeat_secs)))
}

/**
 * The host's process decides where it can be looked at, the window otherwise. A session whose host process is gone is
 * believed for the roster's window at most: hosts restart, and wrappers around hooks end with each of them.
 */
function judge(presence: Presence, { now, hostProcess }: LivenessOptions, windowSecs: number): boolean {
  const seen = lastSeen(presence)
  if (seen <= 0) return false
  // A session that a relay brought runs elsewhere: its process id means nothing here.
  const isHere = presence.machine === undefined && presence.host_pid !== undefined
  const asks = isHere && now - seen <= HOST_PROCESS_WINDOW_SECS
  const runs = asks ? hostProcess?.(presence) : undefined
  if (runs === true) return true
  return now - seen <= (runs === false ? Math.min(windowSecs, ROSTER_WINDOW_SECS) : windowSecs)
}
