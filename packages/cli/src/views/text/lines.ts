import { cleanLine } from '@rally/core/rules/text/peer-text'
import { cutEnd, cutMiddle, displayWidth } from './display-width.js'

/** One line of plain text, made safe, cut to the width of the screen where there is one. */
export function fitLine(line: string, columns: number | undefined): string {
  const clean = line.replace(/[\n\r]/g, ' ')
  return columns === undefined || displayWidth(clean) <= columns ? clean : cutEnd(clean, columns)
}

/** The text on as many lines as the width asks for, further ones indented two columns more than the first. */
export function wrapLine(text: string, columns: number | undefined): string[] {
  if (columns === undefined || displayWidth(text) <= columns) return [text]
  const indent = /^ */.exec(text)?.[0] ?? ''
  const lines: string[] = []
  let line = indent
  for (const word of text.trim().split(' ')) {
    const isStart = line.trim() === ''
    const joined = isStart ? line + word : `${line} ${word}`
    if (isStart || displayWidth(joined) <= columns) {
      line = cutMiddle(joined, columns)
      continue
    }
    lines.push(line)
    line = cutMiddle(`${indent}  ${word}`, columns)
  }
  return [...lines, line]
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
