import type { Presence } from '../../model/presence.js'
import { obj, text } from '../../readers.js'
import { type HostProcessProbe, isLive, isReaderStub, lastSeen } from '../presence/liveness.js'
import { ROSTER_WINDOW_SECS } from '../presence/staleness-window.js'
import { scalarText, toInteger } from '../text/python-values.js'

/** An agent in the roster (protocol section 8). Text that a record lacks is `unknown`. */
export interface RosterAgent {
  readonly session_id: string | null
  /** The channel it is in. */
  readonly app: string
  readonly host: string
  readonly cwd: string
  readonly tool: string
  readonly model: string
  readonly task: string
  readonly phase: string
  readonly parent: string | null
  /** Epoch seconds; 0 when never seen. */
  readonly last_seen: number
  /** Seconds with one decimal; null when never seen. */
  readonly age_secs: number | null
  readonly spawned: Readonly<Record<string, number>>
  readonly spawned_total: number
  readonly branch_name: string
  readonly run_id: string
  readonly build_loop_run_label: string | null
  readonly stale: boolean
  readonly children: RosterAgent[]
}

export interface Roster {
  /** Epoch seconds. */
  readonly generated_ts: number
  readonly stale_secs: number
  readonly live_count: number
  readonly stale_count: number
  readonly agents: readonly RosterAgent[]
}

export interface RosterEntry {
  readonly app: string
  readonly presence: Presence
}

/**
 * The tree of sessions of all channels. A session hangs below its parent if that is shown too: first one of the same channel,
 * else the only one of that id. Parents that form a circle are cut at its first member, so that nobody vanishes.
 * With `includeStale` everybody is listed and counted as live, as in the Python system.
 */
export function buildRosterTree(
  entries: readonly RosterEntry[],
  options: {
    now: number
    staleSecs?: number | undefined
    includeStale?: boolean | undefined
    app?: string | undefined
    hostProcess?: HostProcessProbe | undefined
  },
): Roster {
  const windowSecs = options.staleSecs ?? ROSTER_WINDOW_SECS
  const agents = entries
    .filter(({ app, presence }) => (options.app === undefined || app === options.app) && !isReaderStub(presence))
    .map((entry) => toAgent(entry, !isLive(entry.presence, { ...options, windowSecs }), options.now))
  const shown = options.includeStale ? agents : agents.filter((agent) => !agent.stale)
  return {
    generated_ts: options.now,
    stale_secs: windowSecs,
    live_count: shown.length,
    stale_count: agents.length - shown.length,
    agents: link(shown.sort(compareAgents)),
  }
}

/** Order of roots and of children: by channel, then by session id. */
export function compareAgents(a: RosterAgent, b: RosterAgent): number {
  return compare(a.app, b.app) || compare(a.session_id ?? '', b.session_id ?? '')
}

function link(agents: readonly RosterAgent[]): RosterAgent[] {
  const byId = new Map<string, RosterAgent[]>()
  for (const agent of agents) {
    if (agent.session_id === null) continue
    byId.set(agent.session_id, [...(byId.get(agent.session_id) ?? []), agent])
  }
  const parents = new Map<RosterAgent, RosterAgent>()
  // Backwards, so that of a circle the last link to be tried, and refused, is the first member's: that one becomes the root.
  for (const agent of [...agents].reverse()) {
    const parent = findParent(agent, byId)
    if (parent !== undefined && !descendsFrom(parent, agent, parents)) parents.set(agent, parent)
  }
  for (const agent of agents) parents.get(agent)?.children.push(agent)
  return agents.filter((agent) => !parents.has(agent))
}

function findParent(agent: RosterAgent, byId: ReadonlyMap<string, readonly RosterAgent[]>): RosterAgent | undefined {
  if (agent.parent === null || agent.parent === agent.session_id) return undefined
  const candidates = byId.get(agent.parent) ?? []
  return candidates.find(({ app }) => app === agent.app) ?? (candidates.length === 1 ? candidates[0] : undefined)
}

/** Whether `agent` hangs somewhere below `ancestor` already. */
function descendsFrom(
  agent: RosterAgent,
  ancestor: RosterAgent,
  parents: ReadonlyMap<RosterAgent, RosterAgent>,
): boolean {
  for (let at: RosterAgent | undefined = agent; at !== undefined; at = parents.get(at)) {
    if (at === ancestor) return true
  }
  return false
}

function toAgent({ app, presence }: RosterEntry, stale: boolean, now: number): RosterAgent {
  const seen = lastSeen(presence)
  const spawned = readSpawned(presence.spawned)
  return {
    session_id: scalarText(presence.session_id) ?? null,
    app,
    host: words(presence.host),
    cwd: words(presence.cwd),
    tool: words(presence.tool),
    model: words(presence.model),
    task: text(presence.task) ?? text(presence.phase) ?? '',
    phase: text(presence.phase) ?? '',
    parent: scalarText(presence.parent) || null,
    last_seen: seen,
    age_secs: seen > 0 ? Math.round(Math.max(0, now - seen) * 10) / 10 : null,
    spawned,
    spawned_total: Object.values(spawned).reduce((sum, count) => sum + count, 0),
    branch_name: words(presence.branch_name),
    run_id: words(presence.run_id),
    build_loop_run_label: text(presence.build_loop_run_label) ?? null,
    stale,
    children: [],
  }
}

function readSpawned(value: unknown): Record<string, number> {
  const counts = Object.entries(obj(value)).map(([type, count]) => [type, toInteger(count)] as const)
  return Object.fromEntries(counts.filter((entry): entry is readonly [string, number] => entry[1] !== undefined))
}

function words(value: unknown): string {
  return scalarText(value) || 'unknown'
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
