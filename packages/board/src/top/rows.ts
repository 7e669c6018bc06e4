import type { PictureAgent, RoomPicture } from '@rally/core/model/room-picture'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { View } from './view.js'

/** An agent in the list; subagents stand under their parent. */
export interface AgentRow {
  readonly agent: PictureAgent
  readonly isChild: boolean
  /** Subagents that are not listed. */
  readonly folded: number
}

/** More subagents than this are a count beside their parent. */
const MOST_CHILDREN = 5

/** Whom the list shows, in the picture's order: trouble first. */
export function listAgents({ agents }: Pick<RoomPicture, 'agents'>, { filter, all }: View): AgentRow[] {
  const here = agents.filter((agent) => (all || isHere(agent)) && matches(agent, filter))
  const ids = new Set(here.map(({ session_id }) => session_id))
  const childrenOf = groupByParent(here)
  const seen = new Set<string>()
  const below = (agent: PictureAgent): PictureAgent[] =>
    (childrenOf.get(agent.session_id) ?? []).flatMap((child) => {
      if (seen.has(child.session_id)) return []
      seen.add(child.session_id)
      return [child, ...below(child)]
    })
  const rowsOf = (agent: PictureAgent): AgentRow[] => {
    if (seen.has(agent.session_id)) return []
    seen.add(agent.session_id)
    const children = below(agent)
    const folds = children.length > MOST_CHILDREN
    const shown = folds ? [] : children.map((child) => ({ agent: child, isChild: true, folded: 0 }))
    return [{ agent, isChild: false, folded: folds ? children.length : 0 }, ...shown]
  }
  const roots = here.filter(({ parent }) => parent === null || !ids.has(parent))
  // What is nobody's child and nobody's root names each other as parents.
  return [...roots, ...here].flatMap(rowsOf)
}

/** How many the list leaves out because they are silent or gone. */
export function countHidden({ agents }: Pick<RoomPicture, 'agents'>, { all }: View): number {
  return all ? 0 : agents.filter((agent) => !isHere(agent)).length
}

/** Neither silent nor gone. */
export function isHere({ state }: PictureAgent): boolean {
  return state !== 'silent' && state !== 'gone'
}

function groupByParent(agents: readonly PictureAgent[]): Map<string, PictureAgent[]> {
  const groups = new Map<string, PictureAgent[]>()
  for (const agent of agents) {
    if (agent.parent === null) continue
    groups.set(agent.parent, [...(groups.get(agent.parent) ?? []), agent])
  }
  return groups
}

function matches(agent: PictureAgent, filter: string): boolean {
  if (filter === '') return true
  const { name, tool, task, machine, branch, state, files, claims } = agent
  const words = [name, tool, task, machine ?? '', branch ?? '', state, ...files.map(({ path }) => path), ...claims]
  return cleanLine(words.join(' ')).toLowerCase().includes(filter.toLowerCase())
}
