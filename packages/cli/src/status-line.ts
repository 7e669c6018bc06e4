import { isatty } from 'node:tty'
import { type Asked, keptLine, readAsked } from './kept-line.js'
import { writeStdout } from './output.js'
import { wantsColour } from './terminal.js'

/** Who asks, read once: stdin cannot be read again. */
const ASKED = Symbol.for('rally:asked-line')

interface Asking {
  [ASKED]?: Asked
}

/** `rally statusline`, before the program is loaded: whether the line that was printed last was printed again. */
export function printKeptLine(): boolean {
  const asked = askedLine()
  const line = isPlain() ? keptLine(asked, Date.now() / 1000) : undefined
  if (line === undefined) return false
  if (line !== '') writeStdout(`${line}\n`)
  return true
}

/** Who asks this process for a line. */
export function askedLine(): Asked {
  const asking = process as unknown as Asking
  asking[ASKED] ??= readAsked(process.argv.slice(3))
  return asking[ASKED]
}

/** Only a line without colours, in a pipe, is kept. */
export function isPlain(): boolean {
  return !isatty(1) && !wantsColour(process.env, false) && process.env.COLUMNS === undefined
}
