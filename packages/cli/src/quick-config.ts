import { Config } from '@oclif/core/config'
import type { Plugin } from '@oclif/core/interfaces'
import { obj, str } from '@rally/core/readers'
import { findPlugins, readPackage } from '@rally/local/plugins/installed-plugins'
import { pluginStore } from '@rally/local/system/plugin-store'
import { homeDir } from '@rally/local/system/user-dirs'

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
    this.home = homeDir(env)
    this.dataDir = pluginStore(env)
    this.plugins = new Map(findPlugins(root, pjson, this.dataDir)) as unknown as Config['plugins']
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
