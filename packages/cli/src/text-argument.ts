import { readFileSync } from 'node:fs'
import { RallyError } from '@rally/core/errors'

/** Longest text that is taken from standard input, in bytes: what is longer belongs into a file. */
const LONGEST = 256 << 10

/** A text as it was typed; `-` stands for standard input. Throws USAGE. */
export function readTextArgument(typed: string): string {
  if (typed !== '-') return typed
  if (process.stdin.isTTY) {
    const message = 'standard input is a terminal'
    throw new RallyError('USAGE', { message, hint: 'pipe the text, or type it as an argument' })
  }
  const bytes = readFileSync(0)
  if (bytes.length <= LONGEST) return bytes.toString().trimEnd()
  throw new RallyError('USAGE', {
    message: 'the text is longer than a message may be',
    hint: 'put it into a file of the repository and send its path',
  })
}
