import { isRallyError } from '@rally/core/errors'
import type { ConfigurationPort } from '@rally/core/ports/configuration'
import type { Env } from '@rally/local/system/user-dirs'
import { findOnPath } from '../doctor/checks/version.js'

const OFF = new Set(['off', '0', 'false', 'no'])

export interface SilencedInput {
  readonly env: Env
  readonly configuration: ConfigurationPort
  readonly repoRoot: string | undefined
}

/** Why no hook of rally does anything here, whatever stands in the hosts' files; undefined when they do. */
export async function findSilence({ env, configuration, repoRoot }: SilencedInput): Promise<string | undefined> {
  if (OFF.has((env.RALLY_HOOKS ?? '').trim().toLowerCase())) return `RALLY_HOOKS is ${env.RALLY_HOOKS}`
  if (!findOnPath('rally-hook', env)) return 'rally-hook is not on PATH, so the installed lines do nothing'
  try {
    const { hooks } = await configuration.read(repoRoot)
    return hooks?.enabled === false ? 'hooks are switched off in the configuration: rally hooks on' : undefined
  } catch (error) {
    // A damaged configuration is another command's matter; hooks go on without it.
    if (isRallyError(error)) return undefined
    throw error
  }
}
