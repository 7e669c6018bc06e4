import { join } from 'node:path'
import type { Configuration } from '@rally/core/model/configuration'
import type { ConfigurationPort, IgnoredKey } from '@rally/core/ports/configuration'
import { mergeConfiguration } from '@rally/core/rules/host/merge-configuration'
import { configDir, type Env } from '../system/user-dirs.js'
import { type ConfigurationScope, readConfigurationFile } from './configuration-file.js'
import { readEnvironmentConfiguration } from './environment-configuration.js'

/** The environment that names the files and overrides them. */
export interface ConfigurationOptions {
  readonly env: Env
}

/** The user's configuration file. */
export function userConfigurationPath(env: Env): string {
  return join(configDir(env), 'config.json')
}

/** The configuration file of a repository, in the top of its working tree. */
export function repositoryConfigurationPath(worktree: string): string {
  return join(worktree, '.rally.json')
}

/**
 * The user's file, the repository's file and the environment as one configuration. The user's file is read once; nothing is
 * loaded for a file that does not exist.
 */
export function createConfiguration({ env }: ConfigurationOptions): ConfigurationPort {
  let user: Promise<Configuration> | undefined
  const ignored = new Map<string, IgnoredKey>()
  const readFile = async (path: string, scope: ConfigurationScope): Promise<Configuration> => {
    const read = await readConfigurationFile(path, scope)
    for (const one of read.ignored) ignored.set(`${one.path}\n${one.key}`, one)
    return read.configuration
  }
  return Object.freeze({
    ignored: () => [...ignored.values()],
    async read(repoRoot) {
      user ??= readFile(userConfigurationPath(env), 'user')
      const layers = { user: await user, environment: readEnvironmentConfiguration(env) }
      const repository =
        repoRoot === undefined ? {} : await readFile(repositoryConfigurationPath(repoRoot), 'repository')
      return mergeConfiguration({ ...layers, repository })
    },
  } satisfies ConfigurationPort)
}
