import { isPerson } from '@rally/core/rules/roster/person'
import type { Roster, RosterAgent } from '@rally/core/rules/roster/roster-tree'
import { formatAge } from '@rally/core/rules/text/format-age'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { cutMiddle, displayWidth } from '../text/display-width.js'
import { said, wrapLine } from '../text/lines.js'
import { who } from '../text/who.js'

export interface RosterTextOptions {
  /** Home folder, shown as `~`. */
  readonly home?: string | undefined
  /** `HH:MM:SS` of an instant in the reader's zone; default UTC. */
  readonly clock?: ((epochSecs: number) => string) | undefined
  /** Columns to fit into; undefined leaves every line whole. */
  readonly width?: number | undefined
  /** Ids beside names. */
  readonly ids?: boolean | undefined
}

/** The roster as text (protocol section 8): a header, then two lines an agent, folded where the width asks for it. */
export function renderRosterText(roster: Roster, options: RosterTextOptions = {}): string[] {
  const lines = renderRosterHeader(roster, options)
  if (roster.agents.length === 0) return [...lines, '  (no live agents)']
  for (const agent of roster.agents) appendAgent(lines, agent, 0, options)
  return lines
}

/** The line above a roster: when it was made, who is live. */
export function renderRosterHeader(roster: Roster, options: RosterTextOptions & { readonly title?: string }): string[] {
  const clock = options.clock ?? utcClock
  const parts = [
    `${options.title ?? 'Rally roster'} @ ${clock(roster.generated_ts)}`,
    `live=${roster.live_count} stale=${roster.stale_count} (window ${roster.stale_secs}s)`,
  ]
  return fold('', parts, { ...options, joint: '  ·  ' })
}

/** `-`, or how many subagents were started (`Σ3 (coder:2 tester:1)`) and how many are live (`+2 live`). A sum of 0 is nothing. */
export function formatSpawned(
  agent: Partial<Pick<RosterAgent, 'spawned' | 'spawned_total'>> & {
    children?: readonly { readonly stale?: boolean }[]
  },
): string {
  const parts: string[] = []
  const types = Object.entries(agent.spawned ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  const total = agent.spawned_total ?? 0
  if (total !== 0 && types.length > 0) {
    parts.push(`Σ${total} (${types.map(([type, count]) => `${cleanLine(type)}:${count}`).join(' ')})`)
  }
  const live = (agent.children ?? []).filter((child) => !child.stale).length
  if (live > 0) parts.push(`+${live} live`)
  return parts.length === 0 ? '-' : parts.join('  ')
}

function appendAgent(lines: string[], agent: RosterAgent, depth: number, options: RosterTextOptions): void {
  const pad = padding(depth, options.width)
  const names = [who(agent, options.ids), `[${cleanLine(agent.app)}]`]
  const taken = displayWidth(pad + names.join('  ')) + 2
  names.push(placeOf(agent, options, taken))
  const model = agent.model === 'unknown' ? '' : `/${said(agent.model)}`
  const seen = `seen ${formatAge(agent.age_secs)} ago`
  const what = isPerson(agent)
    ? ['person', 'holds files: rally claims', seen]
    : [`${said(agent.tool)}${model}`, taskOf(agent), seen, `subagents ${formatSpawned(agent)}`, ...heldBy(agent)]
  if (agent.stale) what[2] += ' (stale)'
  lines.push(
    ...fold(pad, names, { ...options, joint: '  ' }),
    ...fold(`${pad}    `, what, { ...options, joint: ' · ' }),
  )
  for (const child of agent.children) appendAgent(lines, child, depth + 1, options)
}

/** Columns that a place gets at least, on a line of its own where the first has less left. */
const LEAST_PLACE = 32

/** Machine and folder, as long as the line has room beside the `taken` columns; the end of a path tells most. */
function placeOf({ host, cwd }: RosterAgent, { home, width }: RosterTextOptions, taken: number): string {
  const place = `${said(host)}:${shortenHome(cleanLine(cwd), home)}`
  return width === undefined ? place : cutMiddle(place, Math.max(LEAST_PLACE, width - taken))
}

/** What it said, else what the picture knows, else its phase. */
export function taskOf({ task, phase, doing }: RosterAgent): string {
  const own = task === phase ? said(doing) || said(task) : said(task)
  return own || said(phase) || '-'
}

/** So many files, and so many patterns, are named. */
const MOST_HELD = 3

/** What it edits, and what it keeps for later. */
function heldBy({ files, claims }: RosterAgent): string[] {
  const list = (word: string, paths: readonly string[]): string[] => {
    const more = paths.length > MOST_HELD ? ` +${paths.length - MOST_HELD}` : ''
    return paths.length === 0 ? [] : [`${word} ${paths.slice(0, MOST_HELD).map(cleanLine).join(' ')}${more}`]
  }
  return [...list('edits', files), ...list('claims', claims)]
}

/** Deep trees on narrow screens are indented less, so that half the width stays for text. */
function padding(depth: number, width: number | undefined): string {
  const step = 4 * depth
  const room = width === undefined ? step : Math.min(step, Math.max(0, Math.floor(width / 4) - 4))
  return ' '.repeat(2 + room) + (depth > 0 ? '└─ ' : '')
}

/** Joins the parts on one line, or on several where the width asks for it; a part that is too long alone is broken. */
function fold(pad: string, parts: readonly string[], options: RosterTextOptions & { joint: string }): string[] {
  const { joint, width } = options
  if (width === undefined) return [pad + parts.join(joint)]
  const hanging = `${' '.repeat(displayWidth(pad))}  `
  const lines: string[] = []
  let line = ''
  const end = (): void => {
    lines.push(...wrapLine((lines.length === 0 ? pad : hanging) + line, width))
  }
  for (const part of parts) {
    const joined = line === '' ? part : line + joint + part
    if (line !== '' && displayWidth((lines.length === 0 ? pad : hanging) + joined) > width) {
      end()
      line = part
    } else {
      line = joined
    }
  }
  end()
  return lines
}

function shortenHome(path: string, home: string | undefined): string {
  if (home === undefined || home === '' || home === '/') return path
  if (path === home) return '~'
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
}

function utcClock(epochSecs: number): string {
  return new Date(epochSecs * 1000).toISOString().slice(11, 19)
}
