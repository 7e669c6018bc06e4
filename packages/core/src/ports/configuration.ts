import type { Configuration } from '../model/configuration.js'

/** The merged configuration: user file, repository file, environment (flags are applied by the command). */
export interface ConfigurationPort {
  /** Throws RallyError CONFIG_INVALID naming the file and the key. */
  read(repoRoot: string | undefined): Promise<Configuration>
  /** Keys that were passed over in what was read so far: a newer version may know them. */
  ignored?(): readonly IgnoredKey[]
}

/** A key of a configuration file that does not count, and why. */
export interface IgnoredKey {
  /** The file. */
  readonly path: string
  /** With its way through the file (`hooks.volume`); plain ASCII, cut. */
  readonly key: string
}
