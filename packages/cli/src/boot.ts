import { isatty } from 'node:tty'
import type { Command } from '@oclif/core/command'
import { Config } from '@oclif/core/config'
import { handle } from '@oclif/core/handle'
import { run } from '@oclif/core/run'
import { printFailure } from './print-outcome.js'
import { unknownCommand } from './unknown-command.js'

type CommandClass = typeof Command & { run(argv: string[], config: Config): Promise<unknown> }

/** What bare `rally` runs. */
const BARE = 'here'

/** Own commands by id (`inbox:read`), loaded on demand from this very bundle. */
export type CommandRegistry = Readonly<Record<string, () => Promise<CommandClass>>>

/**
 * Starts the program. A command of our own runs straight from the bundle; everything else (help, version, plugins and
 * their commands) takes oclif's ordinary way.
 */
export async function boot(root: string, registry: CommandRegistry, argv = process.argv.slice(2)): Promise<void> {
  try {
    const own = findOwnCommand(registry, argv)
    if (own && !asksForHelp(own.rest)) {
      const [config, command] = await Promise.all([loadConfig(root), own.load()])
      // oclif does the same when it loads a command.
      command.id = own.id
      await command.run(own.rest, config)
      return
    }
    if (await refusesUnknown(root, argv)) return
    await run([...argv], { root })
  } catch (error) {
    await handle(error as Error)
  }
}

/**
 * Refuses words that name nothing, as a usage error like any other. At a terminal oclif's not-found plugin asks instead
 * whether the nearest command was meant.
 */
async function refusesUnknown(root: string, argv: readonly string[]): Promise<boolean> {
  const words = leadingWords(argv)
  if (words.length === 0) return false
  const config = await loadConfig(root)
  const prefixes = words.map((_, index) => words.slice(0, index + 1).join(':'))
  const isTopic = config.findTopic(words.join(':')) !== undefined
  const known = isTopic || prefixes.some((id) => config.findCommand(id) !== undefined)
  if (known || isatty(0)) return false
  const commands = config.commands.filter(({ hidden }) => !hidden).map(({ id }) => id.replaceAll(':', ' '))
  printFailure(unknownCommand(words, commands), { json: argv.includes('--json'), schema: 'rally/1' })
  return true
}

function leadingWords(argv: readonly string[]): string[] {
  const end = argv.findIndex((word) => word.startsWith('-'))
  return argv.slice(0, end < 0 ? 3 : Math.min(end, 3))
}

async function loadConfig(root: string): Promise<Config> {
  const config = new Config({ root })
  await config.load()
  return config
}

function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  const flags = end < 0 ? argv : argv.slice(0, end)
  return flags.includes('--help') || flags.includes('-h')
}

/** The longest run of leading words that names a command; no word at all is the command that says where you are. */
function findOwnCommand(
  registry: CommandRegistry,
  argv: readonly string[],
): { id: string; load: () => Promise<CommandClass>; rest: string[] } | undefined {
  const words = leadingWords(argv)
  const bare = registry[BARE]
  if (words.length === 0 && bare && !['--version', '-v'].includes(argv[0] ?? ''))
    return { id: BARE, load: bare, rest: [...argv] }
  for (let length = words.length; length > 0; length--) {
    const id = words.slice(0, length).join(':')
    const load = registry[id]
    if (load) return { id, load, rest: argv.slice(length) }
  }
  return undefined
}
