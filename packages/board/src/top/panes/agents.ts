import type { PictureAgent, RoomPicture } from '@rally/core/model/room-picture'
import { machineBeside, machineLabels } from '@rally/core/rules/picture/machine-labels'
import { stateWord } from '@rally/core/rules/picture/state-word'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { age, cell, cut, widthOf } from '../cells.js'
import type { AgentRow } from '../rows.js'
import type { Theme } from '../theme.js'

export interface ListOptions {
  readonly columns: number
  /** Lines; the list is scrolled so that the selected agent is among them. */
  readonly rows: number
  readonly selected: string | undefined
  /** Epoch seconds. */
  readonly now: number
  readonly theme: Theme
}

const MOST_NAME = 24
/** As wide as `working`; wider where somebody asks the reader. */
const STATE_COLUMNS = 7
const AGE_COLUMNS = 3
/** Below this width there is no room for the task: the pane of the selected agent has it. */
const WITH_TASK_COLUMNS = 56

/** A line for each agent that fits: mark, name, state, age, task, files. */
export function agentsPane(list: readonly AgentRow[], picture: RoomPicture, options: ListOptions): string[] {
  const { rows, selected, theme, columns } = options
  if (list.length === 0)
    return [theme.dim(cut('  no agents. They appear when they start with hooks installed', columns))]
  const at = list.findIndex(({ agent }) => agent.session_id === selected)
  const start = Math.max(0, Math.min(at - Math.floor(rows / 2), list.length - rows))
  const shown = list.slice(start, start + rows)
  const inTrouble = troubled(picture)
  const labels = machineLabels(picture)
  const names = shown.map((row) => nameOf(row, labels))
  const nameColumns = Math.min(MOST_NAME, Math.max(1, columns - 2), Math.max(...names.map(widthOf)))
  const stateColumns = Math.max(STATE_COLUMNS, ...shown.map(({ agent }) => stateWord(agent).length))
  const fileColumns = Math.max(...shown.map(({ agent }) => widthOf(filesOf(agent))))
  const taskColumns = Math.max(...shown.map(({ agent }) => widthOf(taskOf(agent))))
  return shown.map((row, index) =>
    line(row, names[index] ?? '', {
      ...options,
      nameColumns,
      stateColumns,
      taskColumns,
      fileColumns,
      isTrouble: inTrouble.has(row.agent.session_id),
    }),
  )
}

interface LineOptions extends ListOptions {
  readonly nameColumns: number
  readonly stateColumns: number
  /** What the longest task and the longest files of the list would take. */
  readonly taskColumns: number
  readonly fileColumns: number
  readonly isTrouble: boolean
}

function line({ agent }: AgentRow, name: string, options: LineOptions): string {
  const { columns, selected, now, theme, nameColumns, stateColumns, taskColumns, fileColumns, isTrouble } = options
  const isSelected = agent.session_id === selected
  const isQuiet = agent.state === 'idle' || agent.state === 'silent' || agent.state === 'gone'
  const start = [
    `${isSelected ? '›' : ' '}${isTrouble ? '!' : ' '}${cell(name, nameColumns)}`,
    cell(stateWord(agent), stateColumns),
    age(now - agent.since).padStart(AGE_COLUMNS),
  ].join('  ')
  const left = columns - widthOf(start) - 2
  const files = filesOf(agent)
  const room = Math.min(taskColumns, left - Math.min(fileColumns, Math.floor(left * 0.4)) - 2)
  const task = columns < WITH_TASK_COLUMNS ? '' : `${cell(taskOf(agent), room)}  `
  const whole = `${start}  ${task}${files}`.trimEnd()
  const paint = isTrouble ? theme.yellow : agent.state === 'asks' ? theme.cyan : isQuiet ? theme.dim : plain
  const shown = paint(cut(whole, columns))
  return isSelected ? theme.bold(shown) : shown
}

function taskOf({ task }: PictureAgent): string {
  return cleanLine(task) || '-'
}

const plain = (text: string) => text

/** With its machine where the room has several, and a count of subagents that are not listed. */
function nameOf({ agent, isChild, folded }: AgentRow, labels: ReadonlyMap<string, string>): string {
  const machine = machineBeside(agent, labels)
  const place = machine === null ? '' : ` @${cleanLine(machine)}`
  return `${isChild ? '└ ' : ''}${cleanLine(agent.name)}${folded > 0 ? ` +${folded}` : ''}${place}`
}

/** The first word of a machine's name. */
export function machineName(machine: string): string {
  return cleanLine(machine).split('.', 1)[0] ?? ''
}

/** Sessions of collisions in one working tree, and those that a reason names. */
export function troubled({ collisions, verdict }: RoomPicture): ReadonlySet<string> {
  const same = collisions.filter(({ kind }) => kind === 'same-tree').flatMap(({ sessions }) => sessions)
  return new Set([
    ...same.map(({ session_id }) => session_id),
    ...verdict.because.flatMap(({ session }) => session ?? []),
  ])
}

/** Short names where they tell the files apart, the path otherwise; then what it claims. */
function filesOf({ files, claims }: PictureAgent): string {
  const paths = files.map(({ path }) => cleanLine(path))
  const bases = paths.map((path) => path.slice(path.lastIndexOf('/') + 1))
  const shown = bases.map((base, at) => (bases.indexOf(base) === bases.lastIndexOf(base) ? base : (paths[at] ?? base)))
  const claimed =
    claims.length === 0
      ? ''
      : `claims ${cleanLine(claims[0] ?? '')}${claims.length > 1 ? ` +${claims.length - 1}` : ''}`
  return [shown.join(' '), claimed].filter(Boolean).join(' · ')
}
