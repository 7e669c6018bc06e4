import { realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { errorCode } from '../system/small-file.js'
import { type Env, expandHome } from '../system/user-dirs.js'

const DEFAULT_APPS_ROOT = '~/.agent-rally-point/apps'

/**
 * Where all channels of this user live (protocol section 1, rule 1); need not exist. `configured` is `apps_root` of the
 * user's configuration file: the environment wins over it.
 */
export function appsRootOf(env: Env, configured?: string): string {
  const chosen = env.AGENT_RALLY_APPS_ROOT || env.BUILD_LOOP_APPS_ROOT || configured || DEFAULT_APPS_ROOT
  return realPathOfMissing(resolve(expandHome(chosen, env)))
}

/** Symbolic links resolved in the part of the path that exists. */
function realPathOfMissing(path: string): string {
  try {
    return realpathSync.native(path)
  } catch (error) {
    const parent = dirname(path)
    if (parent === path || !['ENOENT', 'ENOTDIR', 'EACCES'].includes(errorCode(error))) return path
    return join(realPathOfMissing(parent), basename(path))
  }
}
