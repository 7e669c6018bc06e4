import type { Roster, RosterAgent } from '@rally/core/rules/roster/roster-tree'
import { formatAge } from '@rally/core/rules/text/format-age'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { said } from '../text/lines.js'
import { who } from '../text/who.js'
import { formatSpawned, type RosterTextOptions, renderRosterHeader, taskOf } from './roster-text.js'

/**
 * The roster by channel, every agent with a short name to call it by: its tool and a number, in the order of the tree; `★`
 * marks who leads. Without a lease that is the one who started the most.
 */
export function renderNamedRoster(
  roster: Roster,
  options: RosterTextOptions & { readonly leads?: Readonly<Record<string, string>> | undefined } = {},
): string[] {
  const lines = renderRosterHeader(roster, { ...options, title: 'Rally roster (named)' })
  if (roster.agents.length === 0) return [...lines, '  (no live agents)']
  for (const app of [...new Set(roster.agents.map((agent) => agent.app))]) {
    const roots = roster.agents.filter((agent) => agent.app === app)
    const leader = options.leads?.[app] ?? busiest(roots)
    const numbers = new Map<string, number>()
    lines.push('', `[${cleanLine(app)}]`)
    for (const root of roots) appendAgent(lines, root, { depth: 0, leader, numbers, ids: options.ids })
  }
  return lines
}

function appendAgent(
  lines: string[],
  agent: RosterAgent,
  place: { depth: number; leader: string | undefined; numbers: Map<string, number>; ids: boolean | undefined },
): void {
  const { depth, leader, numbers, ids } = place
  const number = (numbers.get(agent.tool) ?? 0) + 1
  numbers.set(agent.tool, number)
  const name = `${displayName(agent.tool)} ${String(number).padStart(2, '0')}`
  const star = agent.session_id !== null && agent.session_id === leader ? '★' : ' '
  const pad = `  ${'  '.repeat(depth)}${depth > 0 ? '└─ ' : ''}`
  const model = agent.model === 'unknown' ? '' : `/${said(agent.model)}`
  const what = [
    `${said(agent.tool)}${model}`,
    taskOf(agent),
    `seen ${formatAge(agent.age_secs)} ago`,
    `subagents ${formatSpawned(agent)}`,
  ]
  lines.push(`${pad}${name} ${star}  ${who(agent, ids)}  · ${what.join(' · ')}`)
  for (const child of agent.children) appendAgent(lines, child, { ...place, depth: depth + 1 })
}

/** `claude_code` reads `Claude`, `agent:coder` reads `Agent:coder`. */
function displayName(tool: string): string {
  const word = said(tool).replace(/[_-](code|cli)$/, '')
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function busiest(roots: readonly RosterAgent[]): string | undefined {
  const weight = (agent: RosterAgent) => agent.spawned_total + agent.children.length
  const best = roots.reduce<RosterAgent | undefined>(
    (top, agent) => (weight(agent) > (top === undefined ? 0 : weight(top)) ? agent : top),
    undefined,
  )
  return best?.session_id ?? undefined
}
