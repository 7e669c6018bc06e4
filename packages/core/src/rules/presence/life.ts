import type { Presence } from '../../model/presence.js'
import { int, num, text } from '../../readers.js'
import { toNumber, truthy } from '../text/python-values.js'
import type { HostCompany } from './host-company.js'
import { stalenessWindow } from './staleness-window.js'

/** A process that served one of several possible conversations and outlived it by so many seconds says nothing any more. */
const HOST_PROCESS_WINDOW_SECS = 12 * 3600
/** Clocks of one room may differ by so many seconds without any of them being ahead. */
const SKEW_SECS = 5

/** The host process of a session as it was recorded when the session began. */
export interface RecordedProcess {
  readonly pid: number
  /** When it started and in which boot of the system, in a form that only this system compares. */
  readonly started: string
  /** The pid namespace in which the number counts; undefined in records of earlier versions. */
  readonly namespace: string | undefined
}

/**
 * What a look at a recorded process shows. `unknown` where it cannot be seen from here: another machine, container or boot,
 * no permission, no process table. That proves nothing.
 */
export type ProcessState = 'runs' | 'gone' | 'unknown'

/** Looks at a process. Supplied by local: one read, no program started. */
export type HostProcessProbe = (process: RecordedProcess) => ProcessState

/** `gone` is proved, `silent` is not: nothing was heard of it for longer than its own rhythm allows. */
export type Life = 'live' | 'silent' | 'gone'

export interface LifeOptions {
  /** Epoch seconds. */
  readonly now: number
  readonly hostProcess?: HostProcessProbe | undefined
  /** Who shares a host process with whom in the room of the session; without it everybody is taken to be alone in its own. */
  readonly company?: HostCompany | undefined
  /** When a record was written (epoch seconds, by the clock of its storage). Asked only for one that is dated ahead. */
  readonly writtenAt?: ((presence: Presence) => number | undefined) | undefined
  /** When a session announced files last (epoch seconds, by the clock of their storage): its record may lag behind that. */
  readonly announcedAt?: ((presence: Presence) => number | undefined) | undefined
}

/** What the storage of a room knows of the times of its records. */
export type LifeTimes = Pick<LifeOptions, 'writtenAt' | 'announcedAt'>

/** Epoch seconds of the last sign of life as it was recorded; 0 for none that can be read. */
export function lastSeen(presence: Presence): number {
  const stored: unknown = truthy(presence.last_seen) ? presence.last_seen : presence.heartbeat_ts
  return Math.max(0, toNumber(stored) ?? 0)
}

/** Whether a record is dated ahead of our clock, so that it matters when it was written. */
export function isAhead(presence: Presence, now: number): boolean {
  return lastSeen(presence) > now + SKEW_SECS
}

/** Seconds since the last sign of life, in the record or by an announcement of files. */
export function silenceOf(presence: Presence, options: Pick<LifeOptions, 'now'> & LifeTimes): number {
  const announced = options.announcedAt?.(presence)
  const recorded = recordSilence(presence, options)
  return announced === undefined ? recorded : Math.min(recorded, Math.abs(options.now - announced))
}

/** Of a clock that is ahead the time of writing is believed, not the time it tells. */
function recordSilence(presence: Presence, { now, writtenAt }: Pick<LifeOptions, 'now' | 'writtenAt'>): number {
  const seen = lastSeen(presence)
  if (!isAhead(presence, now)) return Math.max(0, now - seen)
  const believed = Math.min(seen, writtenAt?.(presence) ?? seen)
  // Written ahead as well: our own clock was set back by so much, or something near it.
  return Math.abs(now - believed)
}

/** Whether a record is only somebody's reading position: never an agent, never a peer. */
export function isReaderStub(presence: Presence): boolean {
  return presence.tool === 'reader'
}

/** The host process that a record names; undefined for none, and for a session that a relay brought: it runs elsewhere. */
export function recordedProcess(presence: Presence): RecordedProcess | undefined {
  const [pid, started] = [int(presence.host_pid), text(presence.host_started)]
  if (pid === undefined || started === undefined || presence.machine !== undefined) return undefined
  return { pid, started, namespace: text(presence.host_namespace) }
}

/**
 * The one judgement of who lives, for every view and rule. A host process that is gone takes its sessions along at once. One
 * that runs keeps the session of a program with one conversation alive, and any other for half a day while it is the only
 * session there; it proves nothing of several sessions, nor of a subagent in its parent's process. Otherwise the last sign of life decides, within
 * the rhythm that the session promised.
 */
export function judgeLife(presence: Presence, options: LifeOptions): Life {
  if (isReaderStub(presence) || lastSeen(presence) <= 0) return 'silent'
  const process = recordedProcess(presence)
  const state = (process && options.hostProcess?.(process)) ?? 'unknown'
  if (state === 'gone') return 'gone'
  const company = options.company?.(presence) ?? 'alone'
  if (company === 'replaced') return 'gone'
  const isItsOwn = state === 'runs' && company === 'alone'
  if (isItsOwn && presence.host_conversations === 'one') return 'live'
  const window = stalenessWindow(num(presence.planned_heartbeat_secs))
  const allowed = isItsOwn ? Math.max(window, HOST_PROCESS_WINDOW_SECS) : window
  // Announcements are looked for only where they could matter.
  return recordSilence(presence, options) <= allowed || silenceOf(presence, options) <= allowed ? 'live' : 'silent'
}

/** Whether a session is live. */
export function isLive(presence: Presence, options: LifeOptions): boolean {
  return judgeLife(presence, options) === 'live'
}
