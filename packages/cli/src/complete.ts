import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { obj, parseJson, str } from '@rally/core/readers'
import { appsRootOf } from '@rally/local/discovery/apps-root'
import { listChannelsSync } from '@rally/local/discovery/list-channels'
import { resolveChannelSync } from '@rally/local/discovery/resolve-channel'
import { homeDir } from '@rally/local/system/user-dirs'
import { findCandidates, type ManifestCommand, type RoomNames } from './completion/candidates.js'
import { writeStdout } from './output.js'

/** More presence records than this are not offered; nobody chooses from a longer list. */
const MAX_SESSIONS = 200

const root = join(__dirname, '..')

function readJsonFile(path: string): unknown {
  try {
    return parseJson(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** Package folders whose manifests count: rally itself, what it bundles, what the user installed. */
function pluginFolders(): string[] {
  const own = obj(obj(readJsonFile(join(root, 'package.json'))).oclif)
  const bundled = Array.isArray(own.plugins) ? own.plugins.map(String) : []
  const data = join(process.env.XDG_DATA_HOME || join(homeDir(process.env), '.local', 'share'), 'rally')
  const store = obj(obj(readJsonFile(join(data, 'package.json'))).oclif).plugins
  const installed = Array.isArray(store)
    ? store.map((plugin) => str(obj(plugin).root) || join(data, 'node_modules', str(obj(plugin).name)))
    : []
  return [root, ...bundled.map((name) => join(root, 'dist', 'bundled', name)), ...installed]
}

function readCommands(): ManifestCommand[] {
  return pluginFolders().flatMap((folder) => {
    const commands = obj(obj(readJsonFile(join(folder, 'oclif.manifest.json'))).commands)
    return Object.values(commands).map((command) => command as ManifestCommand)
  })
}

function channelDir(): string | undefined {
  try {
    return resolveChannelSync(process.cwd(), process.env).dir
  } catch {
    return undefined
  }
}

function readSessions(): { id: string; tool: string }[] {
  const dir = channelDir()
  if (!dir) return []
  const folder = join(dir, 'sessions')
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.json') && !name.startsWith('.'))
    return names.slice(0, MAX_SESSIONS).map((name) => ({
      id: name.slice(0, -'.json'.length),
      tool: str(obj(readJsonFile(join(folder, name))).tool),
    }))
  } catch {
    return []
  }
}

const names: RoomNames = {
  sessions: () => readSessions().map(({ id }) => id),
  tools: () => [
    'all',
    ...readSessions()
      .map(({ tool }) => tool)
      .filter((tool) => tool !== '' && tool !== 'reader'),
  ],
  apps: () => listChannelsSync(appsRootOf(process.env)).map(({ app }) => app),
  hosts: () => readdirSync(join(root, 'dist', 'hosts')).map((name) => name.replace(/\.cjs$/, '')),
}

// Called by the shell's completion function: words so far, the one being typed last. Exit 1: complete file names.
const candidates = findCandidates(process.argv.slice(3), readCommands(), names)
if (candidates) writeStdout(candidates.map((candidate) => `${candidate}\n`).join(''))
else process.exitCode = 1
