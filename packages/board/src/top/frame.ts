import { cleanLine } from '@rally/core/rules/text/peer-text'
import { cell, cut, widthOf, wrap } from './cells.js'
import { agentPane } from './panes/agent.js'
import { agentsPane } from './panes/agents.js'
import { headPane } from './panes/head.js'
import { helpPane } from './panes/help.js'
import { filterEntries, timelinePane } from './panes/timeline.js'
import { type AgentRow, countHidden, listAgents } from './rows.js'
import type { Theme } from './theme.js'
import type { Known, Notice, View } from './view.js'

export interface FrameOptions {
  readonly columns: number
  readonly rows: number
  /** Epoch seconds. */
  readonly now: number
  readonly theme: Theme
  /** The bottom line while something is typed, for a width. */
  readonly prompt?: ((columns: number) => string) | undefined
  readonly notice?: Notice | undefined
  /** Why nothing of the room is known yet. */
  readonly unreadable?: string | undefined
}

/** From this width the selected agent stands beside the list. */
const BESIDE_COLUMNS = 110
/** Below this height the lower part shows one thing: the timeline, or with Enter the selected agent. */
const ONE_PANE_ROWS = 20
const MOST_HEAD = 6
const MOST_NOTICE = 3

/** The whole screen: exactly `rows` lines, none wider than `columns`. Without news it says why. */
export function drawFrame(known: Known | undefined, view: View, options: FrameOptions): string[] {
  const { columns, rows } = options
  const bottom = bottomLines(view, options, hasHandoff(known)).slice(0, rows)
  const height = rows - bottom.length
  const body =
    known === undefined ? drawNothing(options) : drawBody(known, view, { ...options, rows: Math.max(1, height) })
  const filled = [...body.slice(0, height), ...Array.from({ length: Math.max(0, height - body.length) }, () => '')]
  return [...filled, ...bottom].map((line) => cut(line, columns))
}

function drawNothing({ columns, theme, unreadable }: FrameOptions): string[] {
  if (unreadable === undefined) return [theme.dim('reading the room …')]
  return wrap(`! the room cannot be read: ${unreadable}. Trying again.`, columns, MOST_NOTICE).map(theme.red)
}

function drawBody(known: Known, view: View, options: FrameOptions): string[] {
  const { columns, rows, theme } = options
  if (view.help) return [rule('keys', columns, theme), ...helpPane({ columns, theme })]
  const head = headPane(known, { columns, rows: Math.min(MOST_HEAD, Math.max(1, Math.floor(rows / 3))), theme })
  const list = listAgents(known.news.picture, view)
  const left = rows - head.length
  const upper = columns >= BESIDE_COLUMNS && rows >= ONE_PANE_ROWS ? sideBySide : stacked
  return [...head, ...upper({ known, view, list }, { ...options, rows: left })]
}

interface Shown {
  readonly known: Known
  readonly view: View
  readonly list: readonly AgentRow[]
}

/** List, agent, timeline, one below the other; on a low screen one of the last two. */
function stacked(shown: Shown, options: FrameOptions): string[] {
  const { rows } = options
  const isLow = rows < ONE_PANE_ROWS - 3
  const agents = Math.min(shown.list.length, Math.max(2, Math.floor(rows * (isLow ? 0.5 : 0.4)) - 1))
  const listed = listPart(shown, { ...options, rows: Math.max(1, agents) })
  const left = rows - listed.length
  if (shown.view.detail) return [...listed, ...agentPart(shown, { ...options, rows: left })]
  if (isLow) return [...listed, ...timelinePart(shown, { ...options, rows: left })]
  const agent = agentPart(shown, { ...options, rows: Math.min(8, Math.floor(left / 2)) })
  return [...listed, ...agent, ...timelinePart(shown, { ...options, rows: left - agent.length })]
}

/** The list at the left, the agent at the right, the timeline below both. */
function sideBySide(shown: Shown, options: FrameOptions): string[] {
  const { columns, rows, theme } = options
  const upper = shown.view.detail ? rows : Math.floor(rows * 0.55)
  const right = Math.floor(columns * 0.42)
  const left = columns - right - 3
  const list = listPart(shown, { ...options, columns: left, rows: upper - 1 })
  const agent = agentPart(shown, { ...options, columns: right, rows: upper })
  const joined = Array.from(
    { length: upper },
    (_, at) => `${cell(list[at] ?? '', left)} ${theme.dim('│')} ${agent[at] ?? ''}`,
  )
  return shown.view.detail ? joined : [...joined, ...timelinePart(shown, { ...options, rows: rows - upper })]
}

function listPart({ known, view, list }: Shown, options: FrameOptions): string[] {
  const { columns, theme } = options
  const hidden = countHidden(known.news.picture, view)
  const more = [
    ...(hidden === 0 ? [] : [`${hidden} silent or gone: a`]),
    ...(view.filter === '' ? [] : [`filter ${JSON.stringify(view.filter)}`]),
  ].join(' · ')
  const title = `agents ${list.length}${more === '' ? '' : ` (${more})`}`
  return [rule(title, columns, theme), ...agentsPane(list, known.news.picture, { ...options, selected: view.selected })]
}

function agentPart({ known, view }: Shown, options: FrameOptions): string[] {
  const { columns, rows, theme } = options
  const agent = known.news.picture.agents.find(({ session_id }) => session_id === view.selected)
  if (agent === undefined) return [rule('no agent selected', columns, theme)]
  return [rule(cleanLine(agent.name), columns, theme), ...agentPane(agent, known, { ...options, rows: rows - 1 })]
}

function timelinePart({ known, view }: Shown, options: FrameOptions): string[] {
  const { columns, rows, theme } = options
  const entries = filterEntries(known.timeline, view.filter)
  const title = view.back === 0 ? 'timeline' : 'timeline (scrolled back; End: the newest)'
  return [rule(title, columns, theme), ...timelinePane(entries, { ...options, rows: rows - 1, back: view.back })]
}

function rule(title: string, columns: number, theme: Theme): string {
  const named = cut(`─ ${title} `, columns)
  return theme.dim(named + '─'.repeat(Math.max(0, columns - widthOf(named))))
}

const KEYS = ['j/k move', 't tell', 'r reply', 'c claim', 's stop', '/ filter', '? help', 'q quit'] as const

function hasHandoff(known: Known | undefined): boolean {
  return known?.news.picture.questions.some(({ kind }) => kind === 'handoff') === true
}

/** What is typed, or what came of it, else the keys. Advice is never cut where there is room for it. */
function bottomLines({ help }: View, { columns, theme, prompt, notice }: FrameOptions, handoff: boolean): string[] {
  if (prompt !== undefined) return [prompt(columns)]
  if (notice !== undefined) return wrap(notice.text, columns, MOST_NOTICE).map(notice.failed ? theme.red : theme.green)
  if (help) return [theme.dim('Esc closes this page')]
  const keys = handoff ? [...KEYS.slice(0, 3), 'h handoff', ...KEYS.slice(3)] : KEYS
  const words = [[...keys, 'Enter detail'].join('  '), keys.join('  '), keys.map((key) => key.split(' ')[0]).join(' ')]
  return [theme.dim(words.find((line) => widthOf(line) <= columns) ?? '? help  q quit')]
}
