import { join } from 'node:path'
import { type HookSettings, mergeHookSettings } from '@rally/core/moments'
import { obj } from '@rally/core/readers'
import { lstatIfThere } from '../system/facts.js'
import { readOptionalJson } from '../system/optional-json.js'
import { configDir, type Env } from '../system/user-dirs.js'

/** The user's configuration file as it stands there; a hook never fails for a damaged one (`rally doctor` names it). */
export function readUserConfiguration(env: Env): unknown {
  return readOptionalJson(join(configDir(env), 'config.json'))
}

/** What holds for hooks in a working tree: the user's file and the repository's. */
export function readHookSettings(userConfiguration: unknown, worktree: string, repoRoot?: string | null): HookSettings {
  const settings = mergeHookSettings(userConfiguration, readOptionalJson(join(worktree, '.rally.json')))
  return isOffHere(userConfiguration, worktree, repoRoot) ? { ...settings, enabled: false } : settings
}

/** Whether the user has switched hooks off for himself in this repository (`hooks.off_in`, by the main checkout's folder). */
export function isOffHere(userConfiguration: unknown, worktree: string, repoRoot?: string | null): boolean {
  const off = obj(obj(obj(userConfiguration).hooks).off_in)
  return [worktree, repoRoot].some(
    (folder) => typeof folder === 'string' && Object.hasOwn(off, folder) && off[folder] === true,
  )
}

/** Whether the hooks of one session were switched off (`hook/<session id>.off` in the channel). */
export function isSessionOff(root: string, sessionIds: readonly string[]): boolean {
  return sessionIds.some((id) => lstatIfThere(join(root, 'hook', `${id}.off`)) !== undefined)
}
