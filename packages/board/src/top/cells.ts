import { truncateToWidth, visibleWidth, wrapTextWithAnsi } from '@mariozechner/pi-tui/dist/utils.js'
import { cleanLine } from '@rally/core/rules/text/peer-text'

/** Columns that a text takes, colours aside. */
export const widthOf = visibleWidth

/** The start of a text that fits into so many columns, `…` in place of what is left out. Colours may stand in it. */
export function cut(text: string, columns: number): string {
  if (columns < 1) return ''
  return widthOf(text) <= columns ? text : truncateToWidth(text, columns, '…')
}

/** The text on at most so many lines, between words where it can be; the last one is cut. */
export function wrap(text: string, columns: number, most: number): string[] {
  if (widthOf(text) <= columns) return [text]
  const lines = wrapTextWithAnsi(text, Math.max(1, columns))
  if (lines.length <= most) return lines
  return [...lines.slice(0, most - 1), cut(lines.slice(most - 1).join(' '), columns)]
}

/** Start and end of a plain text, for paths, whose ends tell most. */
export function cutMiddle(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  const points = Array.from(text)
  const head = cut(text, Math.floor(columns / 3)).replace(/…$/, '')
  let tail = ''
  for (let at = points.length - 1; at >= 0; at--) {
    if (widthOf(head + (points[at] ?? '') + tail) > columns - 1) break
    tail = (points[at] ?? '') + tail
  }
  return columns < 1 ? '' : `${head}…${tail}`
}

/** The text, cut or filled with blanks to exactly so many columns. */
export function cell(text: string, columns: number): string {
  const fits = cut(text, columns)
  return fits + ' '.repeat(Math.max(0, columns - widthOf(fits)))
}

/** Two texts at the two ends of a line; the right one goes first when there is no room. */
export function ends(left: string, right: string, columns: number): string {
  const gap = columns - widthOf(left) - widthOf(right)
  return gap >= 2 ? left + ' '.repeat(gap) + right : cut(left, columns)
}

/** What somebody else wrote, on one line between quotation marks. */
export function quoted(text: string, columns = 200): string {
  return `"${cut(cleanLine(text).replaceAll('"', "'"), Math.max(1, columns - 2))}"`
}

/** An age in one unit, so that most lines stand still from one second to the next. */
export function age(seconds: number): string {
  const [whole, units] = [
    Math.max(0, Math.floor(seconds)),
    [
      [86_400 * 2, 86_400, 'd'],
      [3600, 3600, 'h'],
      [60, 60, 'm'],
    ] as const,
  ]
  const unit = units.find(([from]) => whole >= from)
  return unit === undefined ? `${whole}s` : `${Math.floor(whole / unit[1])}${unit[2]}`
}

const clockFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })

/** The local time of day. */
export function clock(at: number | null): string {
  return at === null ? '        ' : clockFormat.format(at * 1000)
}

/** `1 agent`, `2 agents`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
