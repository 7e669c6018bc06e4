import type { Configuration } from '../model/configuration.js'

/** The merged configuration: user file, repository file, environment (flags are applied by the command). */
export interface ConfigurationPort {
  /** Throws RallyError CONFIG_INVALID naming the file and the key. */
  read(repoRoot: string | undefined): Promise<Configuration>
}
