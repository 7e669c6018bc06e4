import type { InFlight } from '../model/in-flight.js'
import type { MomentName } from '../model/moment.js'
import { int, isObject, type JsonObject, num, obj, str, strings, text } from '../readers.js'
import { isInFlight } from '../rules/presence/in-flight.js'

/**
 * A record may become this old (seconds) while its session works: existing readers believe it for 120 s. Ours find newer signs of
 * life in the announcements.
 */
export const PRESENCE_REFRESH_SECS = 100
/** Where the gate keeps it young it does so after as long (seconds), so that no two edits that are closer make it older than the above. */
export const PRESENCE_KEEP_SECS = 50
/**
 * A hook that runs anyway writes a record again that is older than this (seconds), or of which the content changed: that is
 * cheaper than starting one for it later.
 */
export const PRESENCE_RENEW_SECS = 30

/** Phases that say no more than that somebody is here: set by hooks, ours and the Python system's, or by default. */
const PLAIN_PHASES = ['joined', 'working', 'idle', 'rally-point', 'rally-start', 'pre-edit-join', 'unknown']

/** The process of the host program: a session is live while it runs. */
export interface HostProcess {
  readonly pid: number
  /** When it started, in a form that only this machine compares. */
  readonly started: string
  /** The pid namespace in which the number counts. */
  readonly namespace: string
}

/** What a hook knows of the session whose presence it keeps. */
export interface PresenceFacts {
  readonly now: number
  readonly moment: MomentName
  readonly sessionId: string
  readonly tool: string
  readonly appSlug: string
  readonly cwd: string
  readonly worktree: string
  /** What the file system says of the working tree; looked at when it matters. */
  readonly tree?: string | undefined
  readonly model?: string | undefined
  readonly parent?: string | undefined
  readonly label?: string | undefined
  /** Name of this machine; as the others from here on, looked up when a session starts. */
  readonly machine?: string | undefined
  readonly branch?: string | undefined
  /** The branch that the session knows, and when (epoch seconds) the tree went there, where that was looked at. */
  readonly branchSeen?: { readonly name: string; readonly at: number } | undefined
  /** What the session is called in its room. */
  readonly name?: string | undefined
  /** Undefined: not looked up this time. Null: cannot be told. */
  readonly hostProcess?: HostProcess | null | undefined
  /** Set where the host's program has one conversation at a time. */
  readonly conversations?: 'one' | undefined
  /** This session's own claims, or undefined when they were not looked at. */
  readonly own?: readonly InFlight[] | undefined
}

/** Files by path with the first and the last edit of the present work on them, epoch seconds. */
export type InFlightTimes = Readonly<Record<string, { readonly since: number; readonly last: number }>>

/** The files that hooks noted in a presence record. */
export function inFlightTimes(presence: unknown): InFlightTimes {
  const times: Record<string, { since: number; last: number }> = {}
  for (const [path, value] of Object.entries(obj(obj(presence).in_flight))) {
    const last = num(obj(value).last)
    if (last !== undefined) times[path] = { since: num(obj(value).since) ?? last, last }
  }
  return times
}

/** Files that a presence record announces beside those that hooks noted. */
export function announcedFiles(presence: unknown): string[] {
  const noted = obj(obj(presence).in_flight)
  return strings(obj(presence).files_in_flight).filter((path) => !Object.hasOwn(noted, path))
}

/**
 * The presence record to write: the stored one with the keys that hooks own, foreign keys kept. Undefined when the stored one
 * still says the same and is young enough.
 */
export function planPresence(stored: JsonObject | undefined, facts: PresenceFacts): JsonObject | undefined {
  // A reader stub is somebody's reading position: only that is taken over.
  const old: JsonObject = stored?.tool === 'reader' ? { cursor: stored.cursor } : { ...stored }
  const times = plannedTimes(old, facts)
  if (saysTheSame(old, times, facts)) return undefined
  const kept = { ...old }
  for (const key of [...HOST_KEYS, 'in_flight', 'worktree_id', 'branch_seen']) delete kept[key]
  return {
    ...kept,
    session_id: facts.sessionId,
    tool: facts.tool,
    model: facts.model ?? text(old.model) ?? 'unknown',
    run_id: text(old.run_id) ?? 'unknown',
    app_slug: text(old.app_slug) ?? facts.appSlug,
    phase: plannedPhase(text(old.phase), facts.moment),
    task: old.task ?? facts.label ?? '',
    parent: facts.parent ?? old.parent ?? null,
    spawned: old.spawned ?? {},
    files_in_flight: [...new Set([...announcedFiles(old), ...Object.keys(times)])],
    heartbeat_ts: facts.now,
    last_seen: facts.now,
    planned_heartbeat_secs: old.planned_heartbeat_secs ?? null,
    pid: old.pid ?? facts.hostProcess?.pid ?? null,
    host: facts.machine ?? text(old.host) ?? 'unknown',
    cursor: isObject(old.cursor) ? old.cursor : { revision: 0, changes_offset: 0 },
    ...branchKeys(old, facts),
    ...branchSeen(old, facts),
    cwd: facts.cwd,
    ...hostKeys(old, facts),
    worktree: facts.worktree,
    ...(facts.name === undefined ? {} : { name: facts.name }),
    ...treeKey(old, facts),
    ...(Object.keys(times).length === 0 ? {} : { in_flight: times }),
  }
}

/** Files of another working tree are left to the claim log: a record speaks of one working tree. */
function plannedTimes(old: JsonObject, { own, now, worktree }: PresenceFacts): InFlightTimes {
  const here = own?.filter((claim) => claim.worktree === worktree)
  const current = here?.map((claim) => [claim.path, { since: claim.since, last: claim.last }] as const)
  return Object.fromEntries((current ?? Object.entries(inFlightTimes(old))).filter(([, time]) => isInFlight(time, now)))
}

function plannedPhase(old: string | undefined, moment: MomentName): string {
  if (old !== undefined && !PLAIN_PHASES.includes(old)) return old
  if (moment === 'turn-end') return 'idle'
  return moment === 'session-start' || moment === 'child-start' ? 'joined' : 'working'
}

function branchKeys(old: JsonObject, { branch, now }: PresenceFacts): JsonObject {
  const stored = str(old.branch_name)
  const changed = branch !== undefined && branch !== stored
  const name = branch ?? stored
  return {
    ...(name === '' ? {} : { branch_name: name }),
    ...(old.branch_head_sha === undefined ? {} : { branch_head_sha: changed ? 'unknown' : old.branch_head_sha }),
    ...(old.branch_merge_status === undefined
      ? {}
      : { branch_merge_status: changed ? 'unknown' : old.branch_merge_status }),
    ...(old.branch_merge_status_checked_ts === undefined
      ? {}
      : { branch_merge_status_checked_ts: changed ? now : old.branch_merge_status_checked_ts }),
  }
}

/** Of the working tree that the record speaks of, and of no other. */
function branchSeen(old: JsonObject, { branchSeen: seen, worktree }: PresenceFacts): JsonObject {
  const known = seen ?? (old.worktree === worktree ? old.branch_seen : undefined)
  return known === undefined ? {} : { branch_seen: known }
}

function treeKey(old: JsonObject, { tree, worktree }: PresenceFacts): JsonObject {
  const known = tree ?? (old.worktree === worktree ? text(old.worktree_id) : undefined)
  return known === undefined ? {} : { worktree_id: known }
}

const HOST_KEYS = ['host_pid', 'host_started', 'host_namespace', 'host_since', 'host_conversations'] as const

function hostKeys(old: JsonObject, facts: PresenceFacts): JsonObject {
  const { hostProcess, conversations, now } = facts
  if (hostProcess === null) return {}
  if (hostProcess === undefined) {
    const isKnown = int(old.host_pid) !== undefined && text(old.host_started) !== undefined
    return isKnown
      ? Object.fromEntries(HOST_KEYS.flatMap((key) => (old[key] === undefined ? [] : [[key, old[key]]])))
      : {}
  }
  const { pid, started, namespace } = hostProcess
  return {
    host_pid: pid,
    host_started: started,
    host_namespace: namespace,
    host_since: beginsHere(old, facts) ? now : (num(old.host_since) ?? now),
    ...(conversations === undefined ? {} : { host_conversations: conversations }),
  }
}

/** Whether the session begins in this process now, or comes back to it. */
function beginsHere(old: JsonObject, { hostProcess, moment }: PresenceFacts): boolean {
  return moment === 'session-start' || !isRecorded(old, hostProcess)
}

/** Whether a record names this process. */
function isRecorded(old: JsonObject, hostProcess: HostProcess | null | undefined): boolean {
  return (
    old.host_pid === hostProcess?.pid &&
    old.host_started === hostProcess?.started &&
    old.host_namespace === hostProcess?.namespace
  )
}

/** Whether a record is young and would be written with the content that it has. */
function saysTheSame(old: JsonObject, times: InFlightTimes, facts: PresenceFacts): boolean {
  const age = facts.now - (num(old.last_seen) ?? 0)
  if (!(age >= 0 && age <= PRESENCE_RENEW_SECS) || old.tool !== facts.tool || old.session_id !== facts.sessionId)
    return false
  const isSame = (fact: unknown, stored: unknown): boolean => fact === undefined || fact === stored
  const { hostProcess } = facts
  return (
    old.phase === plannedPhase(text(old.phase), facts.moment) &&
    old.cwd === facts.cwd &&
    old.worktree === facts.worktree &&
    isSame(facts.tree, old.worktree_id) &&
    isSame(facts.model, old.model) &&
    isSame(facts.parent, old.parent) &&
    isSame(facts.machine, old.host) &&
    isSame(facts.branch, old.branch_name) &&
    isSame(facts.branchSeen?.name, obj(old.branch_seen).name) &&
    (hostProcess === undefined || isRecorded(old, hostProcess)) &&
    isSame(facts.conversations, old.host_conversations) &&
    isSame(facts.name, old.name) &&
    isObject(old.cursor) &&
    sameNames([...announcedFiles(old), ...Object.keys(times)], strings(old.files_in_flight)) &&
    sameNames(Object.keys(times), Object.keys(obj(old.in_flight)))
  )
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name))
}
