import { resolve } from 'node:path'
import { reasonOf } from '@rally/core/errors'
import { inspectGuard } from '@rally/installer'
import { findHooksFolder } from '@rally/local/repository/hooks-folder'
import type { Env } from '@rally/local/system/user-dirs'
import { isGuarded, sharedHook } from './guard-hook.js'

/** How rally guard stands in the hook that git runs before a commit. */
export interface GuardState {
  readonly state: 'installed' | 'absent' | 'shadowed' | 'unknown'
  /** The hook. */
  readonly path: string
  /** Why it is not asked, and what helps; null where it is, and where nobody put it there. */
  readonly note: string | null
}

/** How long git may take to say where its hooks are; milliseconds. */
const TIMEOUT_MS = 2000

/** Undefined outside of a working tree, and where git does not answer. Reads only. */
export async function readGuardState(env: Env, workdir: string): Promise<GuardState | undefined> {
  const hooks = await findHooksFolder(resolve(workdir), { env, timeoutMs: TIMEOUT_MS })
  if (hooks === undefined) return undefined
  const shared = sharedHook(hooks)
  if (hooks.where === 'tree' && isGuarded(shared)) return { state: 'installed', path: shared, note: null }
  try {
    if (hooks.where === 'git') {
      const { path, kind, runs } = inspectGuard(hooks.folder)
      if (kind !== null && runs) return { state: 'installed', path, note: null }
      if (kind !== null)
        return { state: 'shadowed', path, note: `git does not run it, because it is not executable: chmod +x ${path}` }
    }
    const usual = inspectGuard(hooks.usual)
    if (usual.kind === null) return { state: 'absent', path: shared, note: null }
    const note = `git does not run it, because core.hooksPath is ${hooks.configured}: rally guard install`
    return { state: 'shadowed', path: usual.path, note }
  } catch (error) {
    return { state: 'unknown', path: shared, note: `${shared}: ${reasonOf(error)}` }
  }
}
