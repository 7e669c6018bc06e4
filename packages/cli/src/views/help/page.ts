import { displayWidth } from '../text/display-width.js'
import { wrapLine } from '../text/lines.js'

/** A first column is made no wider than this. */
const MOST_COLUMNS = 24
/** Below this width a row stands under its first cell. */
const NARROW = 60
const RULE = /^\|[\s:|-]+\|$/

/** A page of the documentation, in Markdown, as plain text for a terminal; `columns` as of `wrapLine`. */
export function renderPage(markdown: string, columns: number | undefined): string {
  const lines: string[] = []
  const source = markdown.trimEnd().split('\n')
  let isCode = false
  for (let at = 0; at < source.length; at++) {
    const line = source[at] ?? ''
    if (line.startsWith('```')) isCode = !isCode
    else if (isCode) lines.push(`  ${line}`)
    else if (line.startsWith('|')) {
      const end = source.findIndex((one, index) => index > at && !one.startsWith('|'))
      const rows = source.slice(at, end < 0 ? undefined : end)
      lines.push(...renderTable(rows, columns))
      at += rows.length - 1
    } else {
      // Lines of one paragraph are one: the terminal has its own width.
      const paragraph = [line]
      while (line !== '' && isText(source[at + 1])) paragraph.push(source[++at] ?? '')
      lines.push(...wrapLine(plain(paragraph.join(' ')), columns))
    }
  }
  return lines.join('\n')
}

function isText(line: string | undefined): boolean {
  return line !== undefined && line !== '' && !/^([|#-]|\d+\. |```)/.test(line)
}

/** The cells of each row, that of the head among them, as plain text. */
export function tableRows(lines: readonly string[]): string[][] {
  return lines.filter((line) => line.startsWith('|') && !RULE.test(line)).map(cellsOf)
}

function cellsOf(row: string): string[] {
  const cells = row.replace(/^\||\|$/g, '').split(/(?<!\\)\|/)
  return cells.map((cell) => plain(cell.trim().replaceAll('\\|', '|')))
}

function renderTable(lines: readonly string[], columns: number | undefined): string[] {
  const rows = tableRows(lines)
  const width = Math.min(MOST_COLUMNS, Math.max(...rows.map(([first = '']) => displayWidth(first))))
  return rows.flatMap(([first = '', ...more]) => {
    const rest = more.map((cell) => cell || '-').join('  ')
    if (columns !== undefined && columns < NARROW) return wrapLine(`${first}  ${rest}`, columns)
    const isLong = displayWidth(first) > width
    const room = columns === undefined ? undefined : columns - width - 2
    const texts = wrapLine(rest, room).map((text) => `${' '.repeat(width)}  ${text}`)
    return isLong ? [first, ...texts] : [first.padEnd(width) + (texts[0] ?? '').slice(width), ...texts.slice(1)]
  })
}

/** Without the marks of Markdown. */
function plain(text: string): string {
  return text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^#+ /, '')
    .replaceAll('`', '')
    .replaceAll('**', '')
    .replaceAll('&lt;', '<')
}
