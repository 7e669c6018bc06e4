import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { Config } from '@oclif/core/config'
import type { Plugin } from '@oclif/core/interfaces'
import { isObject, type JsonObject, obj, parseJson, str, strings } from '@rally/core/readers'
import { pluginStore, readPluginStore } from '@rally/local/system/plugin-store'
import type { InstalledPlugin } from './plugins/plugin-declarations.js'

function readPackage(folder: string): JsonObject | undefined {
  try {
    const pjson = parseJson(readFileSync(join(folder, 'package.json'), 'utf8'))
    return isObject(pjson) ? pjson : undefined
  } catch {
    return undefined
  }
}

/** A dependency of the program, found as Node finds it: in the nearest `node_modules` upwards. */
function findDependency(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (statSync(join(candidate, 'package.json'), { throwIfNoEntry: false })) return candidate
    if (dirname(folder) === folder) return undefined
  }
}

function bundledPlugin(root: string | undefined): InstalledPlugin | undefined {
  const pjson = root === undefined ? undefined : readPackage(root)
  if (root === undefined || pjson === undefined) return undefined
  return { name: str(pjson.name), version: str(pjson.version), type: 'core', root, pjson }
}

/** oclif's precedence for one name: linked, then installed, then bundled. */
function findPlugins(root: string, pjson: JsonObject, store: string): Map<string, InstalledPlugin> {
  const bundled = strings(obj(pjson.oclif).plugins).flatMap((name) => bundledPlugin(findDependency(root, name)) ?? [])
  const stored = readPluginStore(store).map((plugin) => ({ ...plugin, version: str(plugin.pjson.version) }))
  return new Map([...bundled, ...stored].map((plugin) => [plugin.name, plugin]))
}

/**
 * oclif's configuration as far as a command of our own needs it: who the program is, where its folders are, which plugins
 * there are and what they declare. Loading the whole (every plugin's manifest, all commands and topics) costs as much as
 * starting Node and is left to commands that belong to plugins, to help and to `rally plugins`.
 */
export class QuickConfig extends Config {
  constructor(root: string, env: NodeJS.ProcessEnv) {
    super({ root })
    const pjson = readPackage(root) ?? {}
    const oclif = obj(pjson.oclif)
    this.root = root
    this.pjson = pjson as unknown as Config['pjson']
    this.name = str(pjson.name)
    this.version = str(pjson.version)
    this.bin = str(oclif.bin)
    this.dirname = str(oclif.dirname)
    this.topicSeparator = ' '
    this.home = env.HOME || homedir()
    this.dataDir = pluginStore(env)
    this.plugins = findPlugins(root, pjson, this.dataDir) as unknown as Config['plugins']
  }

  /** Whether a plugin is the one that comes with the program. */
  isBundled(name: string): boolean {
    return this.plugins.get(name)?.type === 'core'
  }

  /**
   * The answer to a bundled plugin's command that asks for the composed program. No plugin of ours may hook into parsing (a
   * suite holds that), so nothing else is looked for.
   */
  override async runHook(event: PropertyKey): ReturnType<Config['runHook']> {
    if (event !== 'rally:api') return { successes: [], failures: [] }
    const { answerRallyApi } = await import('./plugin-api/answer-rally-api.js')
    const plugin = { name: this.name, version: this.version, root: this.root, type: 'core' }
    return {
      successes: [{ plugin: plugin as unknown as Plugin, result: await answerRallyApi({ config: this }) }],
      failures: [],
    }
  }
}
