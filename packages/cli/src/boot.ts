import type { Command } from '@oclif/core/command'
import { QuickConfig } from './quick-config.js'

interface RunnableCommand {
  start(): Promise<void>
}
type CommandClass = Pick<typeof Command, 'id'> & (new (argv: string[], config: QuickConfig) => RunnableCommand)

/** What bare `rally` runs. */
const BARE = 'here'

/** Own commands by id (`inbox:read`), loaded on demand from this very bundle. */
export type CommandRegistry = Readonly<Record<string, () => Promise<CommandClass>>>

/**
 * Starts the program. A command of our own runs straight from the bundle with as much of oclif's configuration as it needs;
 * everything else (help, version, plugins and their commands, unknown words) takes oclif's ordinary way.
 */
export async function boot(root: string, registry: CommandRegistry, argv = process.argv.slice(2)): Promise<void> {
  const own = findOwnCommand(registry, argv)
  if (!own || asksForHelp(own.rest)) {
    const { runOrdinary } = await import('./run-ordinary.js')
    return runOrdinary(root, argv, leadingWords(argv))
  }
  const CommandClass = await own.load()
  CommandClass.id = own.id
  const command = new CommandClass(own.rest, new QuickConfig(root, process.env))
  await command.start()
}

function leadingWords(argv: readonly string[]): string[] {
  const end = argv.findIndex((word) => word.startsWith('-'))
  return argv.slice(0, end < 0 ? 3 : Math.min(end, 3))
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
  if (words.length === 0 && bare && !['--version', '-v'].includes(argv[0] ?? '')) {
    return { id: BARE, load: bare, rest: [...argv] }
  }
  for (let length = words.length; length > 0; length--) {
    const id = words.slice(0, length).join(':')
    const load = registry[id]
    if (load) return { id, load, rest: argv.slice(length) }
  }
  return undefined
}
