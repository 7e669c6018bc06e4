/** How a document is written, so that what is added looks like the rest. */
export interface Layout {
  readonly eol: string
  /** One level of indentation. */
  readonly unit: string
}

/** The line ending that most lines have; `\n` for a text of one line. */
export function lineEnding(text: string): string {
  const windows = text.split('\r\n').length - 1
  const unix = text.split('\n').length - 1 - windows
  const old = text.split('\r').length - 1 - windows
  if (windows > unix) return '\r\n'
  if (unix === 0 && windows === 0 && old > 0) return '\r'
  return '\n'
}

/** The white space at the start of the line that holds `offset`. */
export function leadingSpace(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? ''
}

/** Whether only white space stands before `offset` on its line. */
export function startsLine(text: string, offset: number): boolean {
  return text.slice(lineStart(text, offset), offset).trim() === ''
}

/** Offset at which the line of `offset` begins. */
export function lineStart(text: string, offset: number): number {
  let at = offset
  while (at > 0 && text[at - 1] !== '\n' && text[at - 1] !== '\r') at -= 1
  return at
}

/** Offset behind the line break of the line of `offset` (the end of the text for the last line). */
export function lineEnd(text: string, offset: number): number {
  const match = /\r\n|\n|\r/g
  match.lastIndex = offset
  const found = match.exec(text)
  return found ? found.index + found[0].length : text.length
}

export function hasLineBreak(text: string): boolean {
  return /[\r\n]/.test(text)
}
