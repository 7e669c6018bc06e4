import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { RallyError, reasonOf } from '@rally/core/errors'
import type { Channel } from '@rally/core/model/channel'
import { applyChange, type Surroundings, settingStrategy } from '@rally/installer'
import { ensureChannel } from '@rally/local/discovery/ensure-channel'
import { makeFolder } from '@rally/local/system/make-folder'
import { refusalError } from './refusal-error.js'

export interface Switched {
  /** The file that says so. */
  readonly path: string
  readonly changed: boolean
}

/** Who keeps the undo record of the switch in a configuration file. */
const OWNER = 'rally-switch'
const ENABLED = { at: ['hooks', 'enabled'], value: false } as const

/** Sets or clears `hooks.enabled: false` in a configuration file of rally's. Throws HOOK_FILE_REFUSED, HOOK_FILE_FAILED, BUSY. */
export async function switchInFile(
  path: string,
  on: boolean,
  surroundings: Surroundings,
  { at, value }: { readonly at: readonly string[]; readonly value: boolean } = ENABLED,
): Promise<Switched> {
  const strategy = settingStrategy({ at, value, dialect: 'json', empty: '{}\n' })
  // Each switch of a file goes back by itself.
  const owner = at === ENABLED.at ? OWNER : `${OWNER}:${at.join('.')}`
  const change = await applyChange(on ? 'uninstall' : 'install', { path, owner, strategy }, surroundings)
  const failure = refusalError([{ path, ...(change.refusal && { refusal: change.refusal }) }])
  if (failure) throw failure
  return { path, changed: change.action !== 'none' }
}

/** Makes or removes the mark by which hooks of one session stay silent. Throws NOT_STORED. */
export function switchSession(channel: Channel, sessionId: string, on: boolean): Switched {
  const path = join(on ? channel.dir : ensureChannel(channel).dir, 'hook', `${sessionId}.off`)
  const was = existsSync(path)
  try {
    if (on) rmSync(path, { force: true })
    else {
      makeFolder(dirname(path))
      writeFileSync(path, '')
    }
  } catch (error) {
    throw new RallyError('NOT_STORED', { what: 'switch', reason: reasonOf(error) }, { cause: error })
  }
  return { path, changed: was === on }
}
