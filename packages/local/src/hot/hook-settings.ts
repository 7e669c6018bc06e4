import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { type HookSettings, mergeHookSettings } from '@rally/core/moments'
import { parseJson } from '@rally/core/readers'
import { readSmallFile } from '../system/small-file.js'
import { configDir, type Env } from '../system/user-dirs.js'

const LARGEST = 256 << 10

/** The user's configuration file as it stands there; a hook never fails for a damaged one (`rally doctor` names it). */
export function readUserConfiguration(env: Env): unknown {
  return readJson(join(configDir(env), 'config.json'))
}

/** What holds for hooks in a working tree: the user's file and the repository's. */
export function readHookSettings(userConfiguration: unknown, worktree: string): HookSettings {
  return mergeHookSettings(userConfiguration, readJson(join(worktree, '.rally.json')))
}

/** Whether the hooks of one session were switched off (`hook/<session id>.off` in the channel). */
export function isSessionOff(root: string, sessionIds: readonly string[]): boolean {
  return sessionIds.some((id) => lstatSync(join(root, 'hook', `${id}.off`), { throwIfNoEntry: false }) !== undefined)
}

function readJson(path: string): unknown {
  try {
    const file = readSmallFile(path, LARGEST)
    return file.kind === 'text' ? parseJson(file.text) : undefined
  } catch {
    return undefined
  }
}
