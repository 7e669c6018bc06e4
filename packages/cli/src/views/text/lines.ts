import { cleanLine } from '@rally/core/rules/text/peer-text'
import { breakEvery, cutEnd, displayWidth } from './display-width.js'

/** Columns of what somebody said of themselves, in a list: a task may be a whole page. */
const MOST_SAID = 200

/** What somebody said of themselves, on a line among others. */
export function said(text: string): string {
  return cutEnd(cleanLine(text), MOST_SAID)
}

/**
 * The text on as many lines as the width asks for, further ones indented two columns more than the first. No word is broken but
 * one that is wider than a line: its parts follow each other, so that nothing of an id or a command is lost.
 */
export function wrapLine(text: string, columns: number | undefined): string[] {
  if (columns === undefined || displayWidth(text) <= columns) return [text]
  const indent = /^ */.exec(text)?.[0] ?? ''
  const hanging = `${indent}  `
  const lines: string[] = []
  let line = indent
  for (const word of text.trim().split(' ')) {
    const isStart = line.trim() === ''
    const joined = isStart ? line + word : `${line} ${word}`
    if (displayWidth(joined) <= columns) {
      line = joined
      continue
    }
    if (!isStart) lines.push(line.trimEnd())
    const margin = isStart ? line : hanging
    const pieces = breakEvery(word, Math.max(1, columns - displayWidth(margin)))
    lines.push(...pieces.slice(0, -1).map((piece) => margin + piece))
    line = margin + (pieces.at(-1) ?? '')
  }
  return line.trim() === '' ? lines : [...lines, line]
}

/** Every line of a text within the width; lines that fit are left as they are. */
export function wrapText(text: string, columns: number | undefined): string {
  if (columns === undefined) return text
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, columns))
    .join('\n')
}

/** Text of a peer between quotation marks, on one line, at most `max` columns. */
export function quotePeer(text: string, max = 100): string {
  return `"${cutEnd(cleanLine(text).replaceAll('"', "'"), max)}"`
}

/** `1 message`, `2 messages`. */
export function plural(count: number, word: string, many = `${word}s`): string {
  return `${count} ${count === 1 ? word : many}`
}

/** The first few, and how many more there are. */
export function few(items: readonly string[], max = 4): string {
  const shown = items.slice(0, max).map(cleanLine).join(', ')
  return items.length > max ? `${shown} and ${items.length - max} more` : shown
}
