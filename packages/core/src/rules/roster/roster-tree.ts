import type { Presence } from '../../model/presence.js'
import type { AgentState, PictureAgent } from '../../model/room-picture.js'
import { list, obj, text } from '../../readers.js'
import type { HostCompany } from '../presence/host-company.js'
import {
  type HostProcessProbe,
  isReaderStub,
  judgeLife,
  type LifeTimes,
  lastSeen,
  recordedProcess,
  silenceOf,
} from '../presence/life.js'
import { ROSTER_WINDOW_SECS } from '../presence/staleness-window.js'
import { scalarText, toInteger } from '../text/python-values.js'
import { isPerson } from './person.js'
import { hasName, sessionNames } from './shown-names.js'

/** An agent in the roster (protocol section 8). Text that a record lacks is `unknown`. */
export interface RosterAgent {
  readonly session_id: string | null
  /** What it is called in its channel; null for one that has no name there. */
  readonly name: string | null
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
  /** As the picture of its room has it; null for a person, or where that was not drawn. */
  readonly state: AgentState | null
  /** What it works on, in the words of the picture; `task` is what its record says. */
  readonly doing: string
  /** Files that it edits, relative to its working tree, the newest edit first. */
  readonly files: readonly string[]
  /** Patterns that it claimed. */
  readonly claims: readonly string[]
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

export interface RosterEntry extends LifeTimes {
  readonly app: string
  readonly presence: Presence
  /** Who shares a host process with whom in that channel. */
  readonly company?: HostCompany | undefined
  /** The session in the picture of its room, which says whether it lives. */
  readonly agent?: PictureAgent | undefined
}

interface RosterOptions {
  readonly now: number
  readonly staleSecs?: number | undefined
  readonly hostProcess?: HostProcessProbe | undefined
}

/**
 * The tree of sessions of all channels. A session hangs below its parent if that is shown too: first one of the same channel,
 * else the only one of that id. Parents that form a circle are cut at its first member, so that nobody vanishes.
 * With `includeStale` the silent ones are listed as well, each marked `stale`. Persons are no agents: one is listed only while
 * it holds something.
 */
export function buildRosterTree(
  entries: readonly RosterEntry[],
  options: RosterOptions & { includeStale?: boolean | undefined; app?: string | undefined },
): Roster {
  const agents = entries
    .filter(({ app, presence }) => (options.app === undefined || app === options.app) && isListed(presence))
    .map((entry) => toAgent(entry, options))
  nameAgents(agents, entries)
  const shown = options.includeStale ? agents : agents.filter((agent) => !agent.stale)
  return {
    generated_ts: options.now,
    stale_secs: options.staleSecs ?? ROSTER_WINDOW_SECS,
    live_count: agents.filter((agent) => !agent.stale).length,
    stale_count: agents.filter((agent) => agent.stale).length,
    agents: link(shown.sort(compareAgents)),
  }
}

/** Order of roots and of children: by channel, then by session id. */
function compareAgents(a: RosterAgent, b: RosterAgent): number {
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

function isListed(presence: Presence): boolean {
  return isPerson(presence) ? list(presence.owns).length > 0 : !isReaderStub(presence)
}

/** Per channel, because each gives its own names. */
function nameAgents(agents: readonly Writable<RosterAgent>[], entries: readonly RosterEntry[]): void {
  const names = new Map<string, Map<string, string>>()
  for (const app of new Set(entries.map((entry) => entry.app))) {
    const here = entries.filter((entry) => entry.app === app && hasName(entry.presence))
    names.set(app, sessionNames(here.map(({ presence }) => presence)))
  }
  for (const agent of agents) agent.name = names.get(agent.app)?.get(agent.session_id ?? '') ?? null
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

/**
 * Whether a session is left out: it does not live, or was silent for longer than somebody wants to see. Sessions that hooks do
 * not keep say little of themselves: of those the existing readers' window is the default. A person is never silent.
 */
function isStale(
  { presence, company, agent, writtenAt, announcedAt }: RosterEntry,
  { now, staleSecs, hostProcess }: RosterOptions,
): boolean {
  if (isPerson(presence)) return false
  const state = agent?.state ?? judgeLife(presence, { now, hostProcess, company, writtenAt, announcedAt })
  if (state === 'silent' || state === 'gone') return true
  const wanted = staleSecs ?? (text(presence.worktree) === undefined ? ROSTER_WINDOW_SECS : undefined)
  if (wanted === undefined || silenceOf(presence, { now, writtenAt, announcedAt }) <= wanted) return false
  const process = recordedProcess(presence)
  return process === undefined || hostProcess?.(process) !== 'runs'
}

function toAgent(entry: RosterEntry, options: RosterOptions): RosterAgent {
  const { app, presence, agent } = entry
  const seen = lastSeen(presence)
  const spawned = readSpawned(presence.spawned)
  return {
    session_id: scalarText(presence.session_id) ?? null,
    name: null,
    app,
    host: words(presence.host),
    cwd: words(presence.cwd),
    tool: words(presence.tool),
    model: words(presence.model),
    task: text(presence.task) ?? text(presence.phase) ?? '',
    phase: text(presence.phase) ?? '',
    parent: scalarText(presence.parent) || null,
    last_seen: seen,
    age_secs: seen > 0 ? Math.round(silenceOf(presence, { ...entry, now: options.now }) * 10) / 10 : null,
    spawned,
    spawned_total: Object.values(spawned).reduce((sum, count) => sum + count, 0),
    branch_name: words(presence.branch_name),
    run_id: words(presence.run_id),
    build_loop_run_label: text(presence.build_loop_run_label) ?? null,
    stale: isStale(entry, options),
    state: agent?.state ?? null,
    doing: agent?.task ?? '',
    files: agent?.files.map(({ path }) => path) ?? [],
    claims: agent?.claims ?? [],
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
