import type { ContentStrategy } from './content-strategy.js'
import { lineEnding } from './layout.js'
import { joinText, splitText } from './target-file.js'

/** Lines of rally's own in a file of lines, such as git's `info/exclude`: added at the end, taken out where they stand. */
export function linesStrategy(lines: readonly string[]): ContentStrategy {
  const linesOf = (text: string): string[] => text.split(/\r\n|\n|\r/)
  return {
    install(current) {
      const { mark, text } = splitText(current ?? Buffer.alloc(0))
      const missing = lines.filter((line) => !linesOf(text).includes(line))
      if (missing.length === 0) return { bytes: current, changes: [] }
      const eol = lineEnding(text)
      const begun = text === '' || /[\r\n]$/.test(text) ? text : text + eol
      const added = missing.map((line) => line + eol).join('')
      return {
        bytes: joinText({ mark, text: begun + added }),
        changes: missing.map((event) => ({ event, action: 'add' })),
      }
    },
    remove(current, original) {
      const { mark, text } = splitText(current)
      const before = original?.bytes === undefined ? [] : linesOf(splitText(original.bytes).text)
      const ours = new Set(lines.filter((line) => !before.includes(line)))
      const gone = linesOf(text).filter((line) => ours.has(line))
      const result = text
        .split(/(?<=\n)|(?<=\r)(?!\n)/)
        .filter((line) => !ours.has(line.replace(/[\r\n]+$/, '')))
        .join('')
      const isGone = original !== undefined && original.bytes === undefined && result === ''
      return {
        bytes: isGone ? undefined : joinText({ mark, text: result }),
        changes: gone.map((event) => ({ event, action: 'remove' })),
      }
    },
    holdsOurs: (current) => {
      const there = linesOf(splitText(current).text)
      return lines.some((line) => there.includes(line))
    },
  }
}
