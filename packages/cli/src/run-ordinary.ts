import { isatty } from 'node:tty'
import { Config } from '@oclif/core/config'
import { handle } from '@oclif/core/handle'
import { run } from '@oclif/core/run'
import { printFailure } from './print-outcome.js'
import { unknownCommand } from './unknown-command.js'

/** oclif's own way through the program, with its whole configuration. `words` are the words before the first flag. */
export async function runOrdinary(root: string, argv: readonly string[], words: readonly string[]): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  try {
    if (words.length > 0 && (await refusesUnknown(root, argv, words))) return
    await run([...argv], { root })
  } catch (error) {
    await handle(error as Error)
  }
}

/**
 * Refuses words that name nothing, as a usage error like any other. At a terminal oclif's not-found plugin asks instead
 * whether the nearest command was meant.
 */
async function refusesUnknown(root: string, argv: readonly string[], words: readonly string[]): Promise<boolean> {
  const config = new Config({ root })
  await config.load()
  const prefixes = words.map((_, index) => words.slice(0, index + 1).join(':'))
  const isTopic = config.findTopic(words.join(':')) !== undefined
  if (isTopic || prefixes.some((id) => config.findCommand(id) !== undefined) || isatty(0)) return false
  const commands = config.commands.filter(({ hidden }) => !hidden).map(({ id }) => id.replaceAll(':', ' '))
  printFailure(unknownCommand(words, commands), { json: argv.includes('--json'), schema: 'rally/1' })
  return true
}
