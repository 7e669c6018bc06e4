import { cutEnd, displayWidth } from '@rally/core/rules/display-width'
import { cleanLine } from '@rally/core/rules/peer-text'

/** One line of plain text, made safe, cut to the width of the screen where there is one. */
export function fitLine(line: string, columns: number | undefined): string {
  const clean = line.replace(/[\n\r]/g, ' ')
  return columns === undefined || displayWidth(clean) <= columns ? clean : cutEnd(clean, columns)
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
