import { readdirSync, realpathSync } from 'node:fs'
import type { RoomContext } from '@rally/core/usecases/context'
import { stateDir } from '@rally/local/system/user-dirs'
import type { Rally } from './rally.js'

/** A folder with more in it is looked at no further: it is somebody's. */
const MOST_ENTRIES = 200

/**
 * Files that rally itself wrote into the working tree that is asked from, relative to its top: nobody's work. Of what git says is
 * changed (`dirty`), folders that hold nothing else are named as git names them, with a slash at their end.
 */
export async function readOwnFiles(
  { env }: Pick<Rally, 'env'>,
  { channel: { worktree } }: Pick<RoomContext, 'channel'>,
  dirty: readonly string[],
): Promise<readonly string[]> {
  if (worktree === null || dirty.length === 0) return []
  const { installedPaths } = await import('@rally/installer/installed-paths')
  const top = `${realpathOf(worktree)}/`
  const files = installedPaths(stateDir(env)).flatMap((path) => (path.startsWith(top) ? [path.slice(top.length)] : []))
  const own = new Set(files)
  const isOurs = (folder: string) => files.some((file) => file.startsWith(folder)) && holdsOnly(top, folder, own)
  return [...files, ...dirty.filter((path) => path.endsWith('/') && isOurs(path))]
}

function holdsOnly(top: string, folder: string, own: ReadonlySet<string>): boolean {
  let left = MOST_ENTRIES
  const isOurs = (path: string): boolean =>
    readdirSync(top + path, { withFileTypes: true }).every((one) => {
      left--
      return left >= 0 && (one.isDirectory() ? isOurs(`${path}${one.name}/`) : own.has(path + one.name))
    })
  try {
    return isOurs(folder)
  } catch {
    return false
  }
}

function realpathOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
