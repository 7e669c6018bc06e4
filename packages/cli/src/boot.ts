import type { Command } from '@oclif/core/command'
import { Config } from '@oclif/core/config'
import { handle } from '@oclif/core/handle'
import { run } from '@oclif/core/run'

type CommandClass = typeof Command & { run(argv: string[], config: Config): Promise<unknown> }

/** What bare `rally` runs. */
const BARE = 'here'

/** Own commands by id (`inbox:read`), loaded on demand from this very bundle. */
export type CommandRegistry = Readonly<Record<string, () => Promise<CommandClass>>>

/**
 * Starts the program. A command of our own runs straight from the bundle; everything else (help, version, plugins and
 * their commands, unknown words) takes oclif's ordinary way. Nothing here changes what oclif would do, only how much is loaded.
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
    await run([...argv], { root })
  } catch (error) {
    const unknown = isUnknownCommand(error)
    if (unknown && argv.includes('--json')) {
      const { printFailure } = await import('./print-outcome.js')
      printFailure(error, { json: true, schema: 'rally/1' })
      return
    }
    await handle(unknown ? Object.assign(error, { oclif: { exit: 2 } }) : (error as Error))
  }
}

/** A shell's exit code for a missing program; for us an unknown word is a usage error like any other. */
function isUnknownCommand(error: unknown): error is Error {
  return error instanceof Error && 'oclif' in error && (error.oclif as { exit?: number }).exit === 127
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
  const words: string[] = []
  for (const word of argv) {
    if (word.startsWith('-')) break
    words.push(word)
    if (words.length === 3) break
  }
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
