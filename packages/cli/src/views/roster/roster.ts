import type { RosterAgent } from '@rally/core/rules/roster/roster-tree'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { RosterReport } from '@rally/core/usecases/roster/build-roster'
import type { Terminal } from '../../terminal.js'
import type { RosterTextOptions } from './roster-text.js'

type RosterView = (
  roster: RosterReport,
  options: RosterTextOptions & { readonly leads: RosterReport['leads'] },
) => readonly string[]

interface Drawing {
  readonly terminal: Terminal
  readonly view: RosterView
  readonly home: string
  readonly ids?: boolean
  /** So many sessions at most, the newest, and a count of the others; undefined shows all. */
  readonly most?: number | undefined
}

/** Subagents shown under their parent, whose line counts them. */
const MOST_CHILDREN = 5

/** A roster in the reader's zone and width; channels that could not be read are named below. */
export function renderRoster(roster: RosterReport, { terminal, view, home, ids, most }: Drawing): string[] {
  const { columns: width, style } = terminal
  const agents = most === undefined ? roster.agents : newest(roster.agents, most)
  const lines = view({ ...roster, agents }, { width, home, ids, clock: localClock, leads: roster.leads })
  const left = roster.agents.length - agents.length
  const notes = roster.unreadable.map(({ app, reason }) => `not readable: ${cleanLine(app)} (${cleanLine(reason)})`)
  const [head = '', ...rest] = lines
  const more = left > 0 ? [style.dim(`  and ${left} more: rally roster --all`)] : []
  return [style.bold(head), ...rest, ...more, ...notes.map((note) => style.yellow(note))]
}

/** The newest, in the order that they had, each with its newest subagents. */
function newest(agents: readonly RosterAgent[], most: number): RosterAgent[] {
  const chosen = new Set([...agents].sort((a, b) => b.last_seen - a.last_seen).slice(0, most))
  return agents
    .filter((agent) => chosen.has(agent))
    .map((agent) => ({ ...agent, children: newest(agent.children, MOST_CHILDREN) }))
}

/** `HH:MM:SS` in the zone of this machine. */
function localClock(epochSecs: number): string {
  const at = new Date(epochSecs * 1000)
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}
