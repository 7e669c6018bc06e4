import { isatty } from 'node:tty'
import { Config, Plugin } from '@oclif/core/config'
import { handle } from '@oclif/core/handle'
import { run } from '@oclif/core/run'
import { isRallyError, RallyError, reasonOf } from '@rally/core/errors'
import { makeFolder } from '@rally/files/make-folder'
import { bundledPluginFolder, readPackage } from '@rally/local/plugins/installed-plugins'
import { helpTopic } from './help-topic.js'
import { writeStdout } from './output.js'
import { requireNpm } from './plugins/package-managers.js'
import { printFailure } from './print-outcome.js'
import { rootHelp } from './root-help.js'
import { showControls } from './show-controls.js'
import { readTerminal } from './terminal.js'
import { unknownCommand } from './unknown-command.js'

/** Commands of oclif's plugins that make one of the program's folders. They do it by a call that never ends in `/proc`. */
const FOLDER_MAKERS: ReadonlyMap<string, 'dataDir' | 'cacheDir'> = new Map([
  ['plugins:install', 'dataDir'],
  ['plugins:add', 'dataDir'],
  ['plugins:link', 'dataDir'],
  ['autocomplete', 'cacheDir'],
  ['autocomplete:create', 'cacheDir'],
])

const NPM_USERS: ReadonlySet<string> = new Set(['plugins:install', 'plugins:add', 'plugins:update'])

/** oclif's own way through the program, with its whole configuration. `words` are the words before the first flag. */
export async function runOrdinary(root: string, argv: readonly string[], words: readonly string[]): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  try {
    if (words.length === 0 ? asksForHelp(argv) : words.length === 1 && words[0] === 'help' && argv.length === 1) {
      const config = await loadConfig(root)
      writeStdout(`${rootHelp(config, readTerminal(process.env))}\n`)
      return
    }
    const config = await loadConfig(root)
    const [verb, ...about] = words
    const topic = about.join(' ')
    if (verb === 'help' && topic !== '' && words.length === argv.length && !isCommand(config, about)) {
      writeStdout(
        `${helpTopic(root, topic, { columns: readTerminal(process.env).columns, commands: namesOf(config) })}\n`,
      )
      return
    }
    if (words.length > 0 && refuses(config, argv, words)) return
    // oclif would say that the registry does not know the plugin.
    if (NPM_USERS.has(words.slice(0, 2).join(':')) && !asksForHelp(argv)) requireNpm()
    await run([...argv], config)
  } catch (error) {
    if (isRallyError(error)) printFailure(error, { json: argv.includes('--json'), schema: 'rally/1' })
    else await handle(shown(error as Error))
  }
}

/** oclif repeats the arguments that it refuses. */
function shown(error: Error): Error {
  error.message = error.message.split('\n').map(showControls).join('\n')
  return error
}

/** Whether words name a command or a topic, or begin with a command: what follows is its argument. */
function isCommand(config: Config, words: readonly string[]): boolean {
  const ids = words.map((_, index) => words.slice(0, index + 1).join(':'))
  return config.findTopic(words.join(':')) !== undefined || ids.some((id) => config.findCommand(id) !== undefined)
}

function asksForHelp(argv: readonly string[]): boolean {
  return argv.includes('--help') || argv.includes('-h')
}

/** The whole configuration, with the plugins that come with the program: oclif looks for them among its dependencies. */
async function loadConfig(root: string): Promise<Config> {
  const own = new Config({ root })
  await own.load()
  const plugins = new Map(own.plugins)
  for (const name of own.pjson.oclif.plugins ?? []) {
    const folder = bundledPluginFolder(root, name)
    if (plugins.has(name) || readPackage(folder) === undefined) continue
    const plugin = new Plugin({ root: folder, type: 'core' })
    await plugin.load()
    plugins.set(name, plugin)
  }
  const config = new Config({ root, plugins })
  await config.load()
  return config
}

function refuses(config: Config, argv: readonly string[], words: readonly string[]): boolean {
  const prefixes = words.map((_, index) => words.slice(0, index + 1).join(':'))
  const failure = refuseUnknown(config, words, prefixes) ?? refuseFolder(config, prefixes)
  if (failure) printFailure(failure, { json: argv.includes('--json'), schema: 'rally/1' })
  return failure !== undefined
}

/**
 * Refuses words that name nothing, as a usage error like any other. At a terminal oclif's not-found plugin asks instead
 * whether the nearest command was meant.
 */
function refuseUnknown(config: Config, words: readonly string[], prefixes: readonly string[]): RallyError | undefined {
  const isTopic = config.findTopic(words.join(':')) !== undefined
  if (isTopic || prefixes.some((id) => config.findCommand(id) !== undefined) || isatty(0)) return undefined
  return unknownCommand(words, namesOf(config))
}

/** What people can type, and may have meant. */
function namesOf(config: Config): string[] {
  return config.commands.filter(({ hidden }) => !hidden).map(({ id }) => id.replaceAll(':', ' '))
}

function refuseFolder(config: Config, prefixes: readonly string[]): RallyError | undefined {
  const folder = prefixes.map((id) => FOLDER_MAKERS.get(id)).find((found) => found !== undefined)
  if (folder === undefined) return undefined
  try {
    makeFolder(config[folder])
    return undefined
  } catch (error) {
    return new RallyError('NOT_STORED', { what: `folder ${config[folder]}`, reason: reasonOf(error) })
  }
}
