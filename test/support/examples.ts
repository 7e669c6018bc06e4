import { join } from 'node:path'
import { splitWords } from '../../packages/cli/test/run-rally.js'
import { ownCommands } from './own-commands.js'

const CLI = join(import.meta.dirname, '../../packages/cli')

export interface Example {
  readonly id: string
  /** Of the command's own example, without `rally`. */
  readonly words: readonly string[]
  /** Names of the command's flags. */
  readonly flags: readonly string[]
}

/** The example of each command of the command line. */
export function everyExample(): Example[] {
  return ownCommands<{ id: string; examples?: readonly string[]; flags?: Record<string, unknown> }>(CLI).map(
    ({ id, examples, flags = {} }) => {
      const words = id.replaceAll(':', ' ')
      const line = (examples?.[0] ?? `rally ${words}`)
        .replaceAll('<%= config.bin %>', 'rally')
        .replaceAll('<%= command.id %>', words)
      return { id, words: splitWords(line).slice(1), flags: Object.keys(flags) }
    },
  )
}
