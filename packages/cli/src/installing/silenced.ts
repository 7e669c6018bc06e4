import { isSilenced, mergeHookSettings } from '@rally/core/moments/settings'
import { readHookSettings, readUserConfiguration } from '@rally/local/configuration/hook-settings'
import type { Env } from '@rally/local/system/user-dirs'
import { findOnPath } from '../doctor/checks/version.js'

/** What keeps every hook of rally from doing anything here, whatever stands in the hosts' files. */
export interface Silence {
  /** `switch`: somebody turned them off. `path`: `rally-hook` is not found. */
  readonly by: 'switch' | 'path'
  readonly reason: string
}

/** Undefined when hooks do their work. The configuration is read as hooks read it, so a damaged one counts for nothing. */
export function findSilence(env: Env, repoRoot: string | undefined): Silence | undefined {
  if (isSilenced(env.RALLY_HOOKS)) return { by: 'switch', reason: `RALLY_HOOKS is ${env.RALLY_HOOKS}` }
  const user = readUserConfiguration(env)
  const settings = repoRoot === undefined ? mergeHookSettings(user, undefined) : readHookSettings(user, repoRoot)
  if (!settings.enabled) {
    return { by: 'switch', reason: 'hooks are switched off in the configuration: rally hooks on' }
  }
  if (findOnPath('rally-hook', env)) return undefined
  return { by: 'path', reason: 'rally-hook is not on PATH, so the installed lines do nothing' }
}
