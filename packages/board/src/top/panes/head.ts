import type { PictureQuestion } from '@rally/core/model/room-picture'
import { HOOK_WORDS } from '@rally/core/rules/host/hook-words'
import { machineLabels } from '@rally/core/rules/picture/machine-labels'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { MissingHooks } from '../../stream/room-news.js'
import { cut, cutMiddle, ends, plural, quoted, widthOf, wrap } from '../cells.js'
import type { Theme } from '../theme.js'
import type { Known } from '../view.js'

const MOST_REASONS = 3
const MOST_QUESTIONS = 2
/** With less room than this the verdict stands alone. */
const LEAST_PLACE = 10

/** The room and its verdict, what is wrong, who waits for an answer, which hooks are missing; at most `rows` lines. */
export function headPane(
  { news }: Known,
  { columns, rows, theme }: { columns: number; rows: number; theme: Theme },
): string[] {
  const { room: where, verdict, questions } = news.picture
  const place = [cleanLine(where.app), where.branch === null ? '' : cleanLine(where.branch)].filter(Boolean).join(' · ')
  const paint = { clear: theme.green, warn: theme.yellow, blocked: theme.red }[verdict.status]
  const what = verdict.because.length === 0 ? '' : `  ${plural(verdict.because.length, 'matter')}`
  const state = theme.bold(paint(verdict.status)) + what
  const room = columns - widthOf(state) - 2
  const title = room < LEAST_PLACE ? state : ends(theme.bold(cutMiddle(place, room)), state, columns)
  const trouble = few(
    verdict.because.map(({ text }) => `! ${cleanLine(text)}`),
    MOST_REASONS,
  )
  const open = few(questions.filter(({ kind }) => kind !== 'escalation').map(questionLine), MOST_QUESTIONS)
  const isFarFlung = machineLabels(news.picture).size > 0
  const hooks = few(
    news.missing.map((one) => hooksLine(one, isFarFlung)),
    1,
  )
  const unreadable =
    news.unreadable === undefined ? [] : [`! the room cannot be read now, this is from before: ${news.unreadable}`]
  const lines = [
    ...unreadable.flatMap((line) => wrap(line, columns, 2)).map(theme.red),
    ...trouble.flatMap((line) => wrap(line, columns, 2)).map(verdict.status === 'blocked' ? theme.red : theme.yellow),
    ...open.map((line) => theme.cyan(cut(line, columns))),
    ...hooks.flatMap((line) => wrap(line, columns, 2)).map(theme.yellow),
  ]
  return [title, ...lines].slice(0, Math.max(1, rows))
}

function questionLine({ kind, number, from, to, text }: PictureQuestion): string {
  const what = kind === 'handoff' ? ' hands over' : ''
  return `? ${number === null ? '' : `#${number} `}${cleanLine(from)} to ${cleanLine(to)}${what} ${quoted(text)}`
}

function hooksLine({ host, state, cure }: MissingHooks, isFarFlung: boolean): string {
  return `hooks of ${cleanLine(host)} ${HOOK_WORDS[state]}${isFarFlung ? ' on this machine' : ''}: ${cleanLine(cure)}`
}

/** The first so many; of more, one fewer and how many there are besides. */
function few(lines: readonly string[], most: number): string[] {
  if (lines.length <= most) return [...lines]
  const shown = lines.slice(0, most - 1)
  const more = lines.length - shown.length
  return shown.length === 0 ? [`${lines[0]} (and ${more - 1} more)`] : [...shown, `  and ${more} more`]
}
