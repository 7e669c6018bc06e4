import { join } from 'node:path'
import { type HookSettings, mergeHookSettings } from '@rally/core/moments'
import { lstatIfThere } from '../system/facts.js'
import { readOptionalJson } from '../system/optional-json.js'
import { configDir, type Env } from '../system/user-dirs.js'

/** The user's configuration file as it stands there; a hook never fails for a damaged one (`rally doctor` names it). */
export function readUserConfiguration(env: Env): unknown {
  return readOptionalJson(join(configDir(env), 'config.json'))
}

/** What holds for hooks in a working tree: the user's file and the repository's. */
export function readHookSettings(userConfiguration: unknown, worktree: string): HookSettings {
  return mergeHookSettings(userConfiguration, readOptionalJson(join(worktree, '.rally.json')))
}

/** Whether the hooks of one session were switched off (`hook/<session id>.off` in the channel). */
export function isSessionOff(root: string, sessionIds: readonly string[]): boolean {
  return sessionIds.some((id) => lstatIfThere(join(root, 'hook', `${id}.off`)) !== undefined)
}
