import { existsSync, rmSync } from 'node:fs'
import { RallyError, reasonOf } from '@rally/core/errors'
import { cacheDir, configDir, type Env, stateDir } from '@rally/local/system/user-dirs'

/** A folder that rally keeps for itself. */
export interface Purged {
  readonly path: string
  /** False when it was only listed. */
  readonly removed: boolean
}

/** Removes the folders that rally keeps for itself, or lists them. Rooms are shared with other programs and stay. Throws NOT_STORED. */
export function purge(
  env: Env,
  { dataDir, yes }: { readonly dataDir: string; readonly yes: boolean },
): readonly Purged[] {
  const folders = [...new Set([configDir(env), stateDir(env), cacheDir(env), dataDir])].filter((path) =>
    existsSync(path),
  )
  return folders.map((path) => {
    try {
      if (yes) rmSync(path, { recursive: true, force: true })
      return { path, removed: yes }
    } catch (error) {
      throw new RallyError('NOT_STORED', { what: `removal of ${path}`, reason: reasonOf(error) }, { cause: error })
    }
  })
}
