import type { Command } from '@oclif/core/command'
import { homeDir } from '@rally/local/system/user-dirs'
import { QuickConfig } from './quick-config.js'

interface RunnableCommand {
  /** oclif's own way through a command: init, run, catch, finally. */
  _run(): Promise<unknown>
}
type CommandClass = Pick<typeof Command, 'id' | 'plugin'> &
  (new (
    argv: string[],
    config: QuickConfig,
  ) => RunnableCommand)

/** What bare `rally` runs. */
const BARE = 'here'

/** A command that was compiled with the program. */
export interface CompiledCommand {
  /** The bundled plugin that it belongs to; absent for our own. */
  readonly plugin?: string
  load(): CommandClass
}

/** Compiled commands by id (`inbox:read`), loaded on demand from this very bundle. */
export type CommandRegistry = Readonly<Record<string, CompiledCommand>>

/**
 * Starts the program. A command that was compiled with it runs straight from the bundle with as much of oclif's configuration
 * as it needs; everything else (help, version, plugins that were installed, unknown words) takes oclif's ordinary way.
 */
export async function boot(root: string, registry: CommandRegistry, argv = process.argv.slice(2)): Promise<void> {
  // Libraries ask the system, which fails for a user without a name, and takes an empty word for a folder.
  process.env.HOME ||= homeDir({})
  const found = findCompiled(registry, argv)
  if (found && !asksForHelp(found.rest)) {
    const config = new QuickConfig(root, process.env)
    const { plugin } = found.command
    // A plugin that the user installed in its place, or took out, brings the commands that it brings.
    if (plugin === undefined || config.isBundled(plugin)) return runCompiled(found, config)
  }
  const { runOrdinary } = await import('./run-ordinary.js')
  return runOrdinary(root, argv, leadingWords(argv))
}

async function runCompiled({ id, command, rest }: FoundCommand, config: QuickConfig): Promise<void> {
  const CommandClass = command.load()
  CommandClass.id = id
  CommandClass.plugin = command.plugin === undefined ? undefined : config.plugins.get(command.plugin)
  try {
    await new CommandClass(rest, config)._run()
  } catch (error) {
    const { handle } = await import('@oclif/core/handle')
    await handle(error as Error)
  }
}

interface FoundCommand {
  readonly id: string
  readonly command: CompiledCommand
  readonly rest: string[]
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
function findCompiled(registry: CommandRegistry, argv: readonly string[]): FoundCommand | undefined {
  const words = leadingWords(argv)
  const bare = registry[BARE]
  if (words.length === 0 && bare && !['--version', '-v'].includes(argv[0] ?? '')) {
    return { id: BARE, command: bare, rest: [...argv] }
  }
  for (let length = words.length; length > 0; length--) {
    const id = words.slice(0, length).join(':')
    const command = registry[id]
    if (command) return { id, command, rest: argv.slice(length) }
  }
  return undefined
}
