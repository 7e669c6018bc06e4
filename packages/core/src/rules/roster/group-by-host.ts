import type { HookState } from '../../model/hook-states.js'
import type { Presence } from '../../model/presence.js'
import { list, str } from '../../readers.js'
import type { LifeTimes } from '../presence/life.js'
import { buildRosterTree, type RosterAgent } from './roster-tree.js'
import { sessionNames, shownId } from './shown-names.js'

/** A live session as it is shown under its host. */
export interface HostSession {
  readonly session_id: string
  /** What it is called in this room. */
  readonly name: string
  readonly tool: string
  readonly model: string
  readonly phase: string
  readonly task: string
  readonly parent: string | null
  readonly machine: string
  readonly cwd: string
  /** Seconds since it was seen; null when never. */
  readonly age_secs: number | null
  readonly files_in_flight_count: number
  /** Whether it is the session that asks. */
  readonly self: boolean
  readonly children: readonly HostSession[]
}

/** One coding host: who runs in it, where, and whether its hooks call rally. */
export interface HostGroup {
  readonly id: string
  readonly sessions: readonly HostSession[]
  /** Sessions including children. */
  readonly session_count: number
  readonly machines: readonly string[]
  readonly hooks: HookState
}

/**
 * Sessions under their hosts, hosts sorted by id. A tool id is the id of its host; one with a colon (`agent:coder`) belongs to
 * the host of its parent. Hosts without a session are listed when something is known of their hooks.
 */
export function groupByHost(
  present: readonly Presence[],
  options: {
    now: number
    selfId?: string | undefined
    /** All records of the room: a parent that is gone still tells whose child it was. */
    everybody?: readonly Presence[] | undefined
    hooks?: Readonly<Record<string, HookState>> | undefined
    /** What the storage knows of the times of these records. */
    times?: LifeTimes | undefined
  },
): HostGroup[] {
  const byId = new Map((options.everybody ?? present).map((presence) => [presence.session_id, presence]))
  const members = new Map<string, Presence[]>(Object.keys(options.hooks ?? {}).map((id) => [id, []]))
  for (const presence of present) {
    const host = hostOf(presence, byId)
    members.set(host, [...(members.get(host) ?? []), presence])
  }
  return [...members]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, presences]) => ({
      id,
      sessions: toSessions(presences, options),
      session_count: presences.length,
      machines: [...new Set(presences.map(machineOf))].sort(),
      hooks: options.hooks?.[id] ?? 'unknown',
    }))
}

/** The host of a session; children of children lead up to it, however deep. */
function hostOf(presence: Presence, byId: ReadonlyMap<string, Presence>): string {
  const seen = new Set<Presence>()
  let at = presence
  while (str(at.tool).includes(':') && !seen.has(at)) {
    seen.add(at)
    const parent = byId.get(str(at.parent))
    if (parent === undefined) break
    at = parent
  }
  return (str(at.tool) || 'unknown').replaceAll('-', '_')
}

function toSessions(
  presences: readonly Presence[],
  options: {
    now: number
    selfId?: string | undefined
    everybody?: readonly Presence[] | undefined
    times?: LifeTimes | undefined
  },
): HostSession[] {
  const files = new Map(presences.map((presence) => [presence.session_id, list(presence.files_in_flight).length]))
  const machines = new Map(presences.map((presence) => [presence.session_id, machineOf(presence)]))
  const names = sessionNames(options.everybody ?? presences)
  const entries = presences.map((presence) => ({ app: '', presence, ...options.times }))
  const convert = (agent: RosterAgent): HostSession => {
    const id = agent.session_id ?? 'unknown'
    const { tool, model, phase, task, parent, cwd, age_secs } = agent
    return {
      session_id: id,
      name: names.get(id) ?? shownId(id),
      tool,
      model,
      phase,
      task,
      parent,
      machine: machines.get(id) ?? agent.host,
      cwd,
      age_secs,
      files_in_flight_count: files.get(id) ?? 0,
      self: id === options.selfId,
      children: agent.children.map(convert),
    }
  }
  return buildRosterTree(entries, { now: options.now, includeStale: true }).agents.map(convert)
}

function machineOf(presence: Presence): string {
  return str(presence.machine) || str(presence.host) || 'unknown'
}
