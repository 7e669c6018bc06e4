import { basename, dirname, join, resolve } from 'node:path'
import { RallyError } from '@rally/core/errors'
import type { GuardHookOutput } from '@rally/core/model/outputs/guard-install'
import { GUARD_LINE, type GuardChange } from '@rally/installer'
import { findHooksFolder, type HooksFolder } from '@rally/local/repository/hooks-folder'
import { readSmallFile } from '@rally/local/system/small-file'
import { cliError } from '../errors.js'
import type { Rally } from '../rally.js'
import { needRepoRoot } from './repo-root.js'

/** How long git may take to say where its hooks are; milliseconds. */
const TIMEOUT_MS = 5000
const HOOK_BYTES = 4 * 1024 * 1024

/** Where the hooks of the repository are that holds a folder. Throws NOT_A_REPOSITORY, TIMED_OUT. */
export async function findGuardPlace(
  { discovery, env }: Pick<Rally, 'discovery' | 'env'>,
  workdir: string,
): Promise<{ readonly repoRoot: string; readonly hooks: HooksFolder }> {
  const repoRoot = await needRepoRoot(discovery, workdir)
  const hooks = await findHooksFolder(resolve(workdir), { env, timeoutMs: TIMEOUT_MS })
  if (hooks === undefined) throw new RallyError('TIMED_OUT', { seconds: TIMEOUT_MS / 1000, what: 'git' })
  return { repoRoot, hooks }
}

/** The file of the working tree in which a line belongs: husky's own folder only runs the ones above it. */
export function sharedHook({ folder }: Pick<HooksFolder, 'folder'>): string {
  const isHusky = basename(folder) === '_' && basename(dirname(folder)) === '.husky'
  return join(isHusky ? dirname(folder) : folder, 'pre-commit')
}

/** Whether somebody put the guard into a hook of the working tree. */
export function isGuarded(path: string): boolean {
  try {
    const file = readSmallFile(path, HOOK_BYTES)
    return file.kind === 'text' && /^[^#]*\brally guard\b/m.test(file.text)
  } catch {
    return false
  }
}

/** Hooks that everybody shares are for people to change. */
export function byHand(intent: 'install' | 'uninstall', repoRoot: string, hooks: HooksFolder): GuardHookOutput {
  const path = sharedHook(hooks)
  const isThere = isGuarded(path)
  const isDone = isThere === (intent === 'install')
  return {
    ...{ repo_root: repoRoot, path, changed: false, kind: null, kept: null, notes: [] },
    state: isDone ? (isThere ? 'installed' : 'absent') : 'by-hand',
    line: isDone ? null : GUARD_LINE,
  }
}

/** A hook that other repositories may have in common with this one. */
export function outsideError({ folder, configured }: HooksFolder): RallyError {
  const path = join(folder, 'pre-commit')
  return cliError('GUARD_OUTSIDE', {
    ...{ configured, folder, line: GUARD_LINE },
    hint: `add this line to ${path} yourself: ${GUARD_LINE}`,
  })
}

export function hookJson(change: GuardChange, repoRoot: string, isInstalled: boolean): GuardHookOutput {
  const { path, changed, kind, kept, notes } = change
  const state = isInstalled ? 'installed' : 'absent'
  return { repo_root: repoRoot, path, changed, state, kind, kept, line: null, notes: [...notes] }
}
