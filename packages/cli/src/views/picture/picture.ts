import type { PictureAgent, PictureMessage, PictureReason, RoomPicture } from '@rally/core/model/room-picture'
import { machineBeside, machineLabels } from '@rally/core/rules/picture/machine-labels'
import { stateWord } from '@rally/core/rules/picture/state-word'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { Terminal } from '../../terminal.js'
import { cutEnd, cutMiddle, displayWidth } from '../text/display-width.js'
import { plural, quotePeer, wrapLine } from '../text/lines.js'
import { shortAge } from './short-age.js'

export interface PictureScreen extends Terminal {
  /** Epoch seconds. */
  readonly now: number
  /** Lines at most; without it as many as there are. */
  readonly maxLines?: number | undefined
  /** Everybody, the gone ones too. */
  readonly all?: boolean | undefined
}

/** Agents shown unless all are asked for. */
const MOST_AGENTS = 12
const MOST_REASONS = 4
const MOST_QUESTIONS = 3
const MOST_MESSAGES = 2
/** Below this width a row does not fit on one line: what an agent does stands below its name. */
const ONE_LINE_COLUMNS = 60

/** The room in a few lines: trouble first, then each agent with what it does and on which files, then what was said last. */
export function renderPicture(picture: RoomPicture, screen: PictureScreen): string {
  const columns = screen.columns ?? Number.POSITIVE_INFINITY
  const head = renderHead(picture, columns, screen)
  const reasons = renderReasons(picture, columns, screen)
  const questions = picture.questions
    .filter(({ kind }) => kind !== 'escalation')
    .slice(0, MOST_QUESTIONS)
    .flatMap((question) => {
      const line = `? ${cleanLine(question.from)} to ${cleanLine(question.to)} ${quotePeer(question.text, 60)}  ${cleanLine(question.answer_with)}`
      return wrapLine(line, columns)
    })
  // What is asked stands above with its answer's command.
  const asked = new Set(picture.questions.slice(0, MOST_QUESTIONS).flatMap(({ id, number }) => [id, number ?? id]))
  const messages = picture.messages
    .filter(({ id, number }) => !asked.has(id) && (number === null || !asked.has(number)))
    .slice(-MOST_MESSAGES)
    .flatMap((message) => renderMessage(message, columns, screen.now))
  const fixed = [...head, ...reasons]
  const after = [...questions, ...messages]
  const room = (screen.maxLines ?? Number.POSITIVE_INFINITY) - fixed.length
  const agents = renderAgents(picture, columns, { ...screen, room: Math.max(2, room) })
  const left = room - agents.length
  return [...fixed, ...agents, ...after.slice(0, Math.max(0, left))].join('\n')
}

function renderHead({ room, verdict, collisions }: RoomPicture, columns: number, { style }: Terminal): string[] {
  const paint = { clear: style.green, warn: style.yellow, blocked: style.red }[verdict.status]
  const place = [cleanLine(room.app), room.branch === null ? '' : cleanLine(room.branch)].filter(Boolean).join(' · ')
  const same = collisions.filter(({ kind }) => kind === 'same-tree').length
  const what = [
    ...(same > 0 ? [plural(same, 'collision')] : []),
    ...(verdict.because.length > same
      ? [plural(verdict.because.length - same, same > 0 ? 'other matter' : 'matter')]
      : []),
  ].join(', ')
  const more = what === '' ? '' : `  ${what}`
  const gap = columns - displayWidth(place) - displayWidth(verdict.status + more)
  if (gap >= 2) return [`${place}${' '.repeat(Number.isFinite(gap) ? gap : 2)}${paint(verdict.status)}${more}`]
  const fits = displayWidth(verdict.status + more) <= columns
  return [`${paint(verdict.status)}${fits ? more : ''}`, cutMiddle(place, columns)]
}

function renderReasons({ verdict }: RoomPicture, columns: number, { style }: Terminal): string[] {
  const paint = verdict.status === 'blocked' ? style.red : style.yellow
  const shown = verdict.because.slice(0, MOST_REASONS)
  const lines = shown.flatMap((reason) => wrapLine(`! ${reasonText(reason)}`, columns).map(paint))
  const more = verdict.because.length - shown.length
  return more > 0 ? [...lines, ...wrapLine(`! and ${more} more: rally status`, columns).map(paint)] : lines
}

/** The text of a reason is made by core; what peers wrote in it was cleaned there. */
function reasonText({ text }: PictureReason): string {
  return cleanLine(text)
}

function renderAgents(
  picture: RoomPicture,
  columns: number,
  { style, now, room, all }: PictureScreen & { readonly room: number },
): string[] {
  const { agents } = picture
  const here = agents.filter(({ state }) => all === true || (state !== 'gone' && state !== 'silent'))
  // A subagent stands with its parent, as a number.
  const shownIds = new Set(here.map(({ session_id }) => session_id))
  const roots = here.filter(({ parent }) => parent === null || !shownIds.has(parent))
  if (roots.length === 0) {
    return wrapLine('no agents yet. They appear when they start with hooks installed', columns).map(style.dim)
  }
  const labels = machineLabels(picture)
  const most = roots.slice(0, all === true ? undefined : MOST_AGENTS)
  const names = most.map((agent) => nameOf(agent, labels))
  // A name is what people type: where it would not fit its column, what the agent does stands below it.
  const isTable = columns >= ONE_LINE_COLUMNS && Math.max(...names.map(displayWidth)) <= nameColumns(columns)
  const rows = (isTable ? table : stacked)(most, names, { columns, now })
  const moreOf = (shown: number): string[] =>
    shown === roots.length ? [] : wrapLine(`and ${roots.length - shown} more: rally roster`, columns).map(style.dim)
  const fits = (count: number): boolean => rows.slice(0, count).flat().length + moreOf(count).length <= room
  let count = rows.length
  while (count > 1 && !fits(count)) count--
  return [...rows.slice(0, count).flat(), ...moreOf(count)]
}

function nameColumns(columns: number): number {
  return Math.max(24, Math.floor(columns / 3))
}

interface Layout {
  readonly columns: number
  readonly now: number
}

/** One line each: name, state, age, task, files. */
function table(agents: readonly PictureAgent[], names: readonly string[], { columns, now }: Layout): string[][] {
  const nameWidth = Math.max(...names.map(displayWidth))
  const stateWidth = Math.max(...agents.map((agent) => stateWord(agent).length))
  const fixed = nameWidth + 2 + stateWidth + 2 + 4 + 2
  const left = columns - fixed
  const files = agents.map(filesOf)
  const fileWidth = Math.min(Math.max(1, ...files.map(displayWidth)), Math.floor(left * 0.4))
  const tasks = agents.map(taskText)
  const taskWidth = Math.min(Math.max(...tasks.map(displayWidth)), left - fileWidth - 2)
  return agents.map((agent, at) => [
    [
      pad(names[at] ?? '', nameWidth),
      pad(stateWord(agent), stateWidth),
      shortAge(now - agent.since).padStart(4),
      pad(cutEnd(tasks[at] ?? '', taskWidth), taskWidth),
      cutEnd(files[at] ?? '', fileWidth),
    ]
      .join('  ')
      .trimEnd(),
  ])
}

/** Two lines each, for narrow screens and long names. */
function stacked(agents: readonly PictureAgent[], names: readonly string[], { columns, now }: Layout): string[][] {
  return agents.map((agent, at) => {
    const head = `${names[at]} ${stateWord(agent)} ${shortAge(now - agent.since)}`
    const files = filesOf(agent)
    const body = `  ${[taskText(agent), files === '-' ? '' : files].filter(Boolean).join(' · ')}`
    return [...wrapLine(head, columns), cutEnd(body, columns)]
  })
}

/** With its machine where the room has several. */
function nameOf(agent: PictureAgent, labels: ReadonlyMap<string, string>): string {
  const { name, self, children } = agent
  const more = children > 0 ? ` +${children}` : ''
  const machine = machineBeside(agent, labels)
  const place = machine === null ? '' : ` @${cleanLine(machine)}`
  return `${cleanLine(name)}${place}${self ? ' (you)' : ''}${more}`
}

function taskText({ task }: PictureAgent): string {
  return cleanLine(task) || '-'
}

/** What it edits, and what it keeps for later. */
function filesOf({ files, claims }: PictureAgent): string {
  const [first] = claims
  if (first === undefined) return edited(files) || '-'
  const more = claims.length > 1 ? ` +${claims.length - 1}` : ''
  return [edited(files), `claims ${cleanLine(first)}${more}`].filter(Boolean).join(' · ')
}

/** Short names where they tell the files apart, the path's end otherwise. */
function edited(files: PictureAgent['files']): string {
  const names = files.map(({ path }) => cleanLine(path))
  const bases = names.map((path) => path.slice(path.lastIndexOf('/') + 1))
  const shown = bases.map((base, at) => (bases.indexOf(base) === bases.lastIndexOf(base) ? base : (names[at] ?? base)))
  const first = shown.slice(0, 3).join(' ')
  return shown.length > 3 ? `${first} +${shown.length - 3}` : first
}

function renderMessage({ from, to, text, at, ladder }: PictureMessage, columns: number, now: number): string[] {
  const when = at === null ? '' : `  ${shortAge(now - at)}`
  const how = ladder === null ? '' : `  ${cleanLine(ladder)}`
  return wrapLine(`> ${cleanLine(from)} to ${cleanLine(to)}  ${quotePeer(text, 60)}${when}${how}`, columns)
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)))
}
