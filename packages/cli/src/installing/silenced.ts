import { isSilenced, mergeHookSettings } from '@rally/core/moments/settings'
import { repositoryConfigurationPath, userConfigurationPath } from '@rally/local/configuration/create-configuration'
import { isOffHere, readHookSettings, readUserConfiguration } from '@rally/local/configuration/hook-settings'
import type { Env } from '@rally/local/system/user-dirs'
import { findOnPath } from '../doctor/checks/version.js'
import { mainCheckout } from './make-surroundings.js'

/** What keeps every hook of rally from doing anything here, whatever stands in the hosts' files. */
export interface Silence {
  /** `switch`: somebody turned them off. `path`: `rally-hook` is not found. */
  readonly by: 'switch' | 'path'
  readonly reason: string
}

/** Undefined when hooks do their work. The configuration is read as hooks read it, so a damaged one counts for nothing. */
export function findSilence(env: Env, repoRoot: string | undefined): Silence | undefined {
  if (isSilenced(env.RALLY_HOOKS)) return { by: 'switch', reason: 'switched off by RALLY_HOOKS in the environment' }
  const user = readUserConfiguration(env)
  const off = (path: string, scope: string): Silence => {
    return { by: 'switch', reason: `switched off by ${path}: rally hooks on --scope ${scope}` }
  }
  if (!mergeHookSettings(user, undefined).enabled) return off(userConfigurationPath(env), 'user')
  if (repoRoot !== undefined && isOffHere(user, repoRoot, mainCheckout(repoRoot))) {
    return {
      by: 'switch',
      reason: `switched off for you in this repository by ${userConfigurationPath(env)}: rally hooks on`,
    }
  }
  if (repoRoot !== undefined && !readHookSettings(user, repoRoot).enabled) {
    return off(repositoryConfigurationPath(repoRoot), 'repo')
  }
  if (findOnPath('rally-hook', env)) return undefined
  return { by: 'path', reason: 'rally-hook is not on PATH, so the installed lines do nothing' }
}
