import type { HereDocument } from './syntax.js'

/** Deeper nesting is not read. */
const MAX_DEPTH = 40

interface Waiting {
  readonly document: HereDocument
  readonly delimiter: string
  readonly stripTabs: boolean
}

/** A place in a command line. Every character is passed once, so that reading is linear in the length. */
export interface Cursor {
  readonly source: string
  at: number
  depth: number
  /** Set when the rest cannot be read: a quote without its end, a bracket too many. The place is then the end. */
  failed: boolean
  /** Here-documents whose lines follow behind the next end of line. */
  readonly waiting: Waiting[]
}

export function openCursor(source: string): Cursor {
  return { source, at: 0, depth: 0, failed: false, waiting: [] }
}

export function peek(cursor: Cursor, ahead = 0): string {
  return cursor.source[cursor.at + ahead] ?? ''
}

export function fail(cursor: Cursor): void {
  cursor.failed = true
  cursor.at = cursor.source.length
}

/** Runs `read` one level deeper, or gives up. */
export function nested<T>(cursor: Cursor, read: () => T, otherwise: T): T {
  if (cursor.depth >= MAX_DEPTH) {
    fail(cursor)
    return otherwise
  }
  cursor.depth++
  const result = read()
  cursor.depth--
  return result
}

/** Blanks, joined lines and comments. */
export function skipBlanks(cursor: Cursor): void {
  for (;;) {
    const char = peek(cursor)
    if (char === ' ' || char === '\t') cursor.at++
    else if (char === '\\' && peek(cursor, 1) === '\n') cursor.at += 2
    else if (char === '#') {
      const end = cursor.source.indexOf('\n', cursor.at)
      cursor.at = end < 0 ? cursor.source.length : end
    } else return
  }
}

/** Passes the end of a line and the here-documents that follow it. */
export function passNewline(cursor: Cursor): void {
  cursor.at++
  for (const { document, delimiter, stripTabs } of cursor.waiting.splice(0)) {
    const lines: string[] = []
    while (cursor.at < cursor.source.length) {
      const found = cursor.source.indexOf('\n', cursor.at)
      const end = found < 0 ? cursor.source.length : found
      const raw = cursor.source.slice(cursor.at, end)
      cursor.at = end + (found < 0 ? 0 : 1)
      const line = stripTabs ? raw.replace(/^\t+/, '') : raw
      if (line === delimiter) break
      lines.push(line)
    }
    document.text = lines.join('\n')
  }
}

/** Passes everything up to the bracket that closes the one just passed; `quotes` and escapes are respected, nothing is read. */
export function skipBalanced(cursor: Cursor, open: string, close: string, quotes = '\'"`'): void {
  let level = 1
  while (cursor.at < cursor.source.length) {
    const char = peek(cursor)
    cursor.at++
    if (char === '\\') cursor.at++
    else if (char === open) level++
    else if (char === close) {
      level--
      if (level === 0) return
    } else if (quotes.includes(char)) {
      skipQuoted(cursor, char)
      if (cursor.failed) return
    }
  }
  fail(cursor)
}

/** Passes everything up to the end of a quote whose beginning was just passed. */
export function skipQuoted(cursor: Cursor, quote: string): void {
  while (cursor.at < cursor.source.length) {
    const char = peek(cursor)
    cursor.at++
    if (char === quote) return
    if (char === '\\' && quote !== "'") cursor.at++
  }
  fail(cursor)
}
