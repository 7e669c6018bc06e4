import { realpathSync } from 'node:fs'
import type { RoomContext } from '@rally/core/usecases/context'
import { stateDir } from '@rally/local/system/user-dirs'
import type { Rally } from './rally.js'

/** Files that rally itself wrote into the working tree that is asked from, relative to its top: nobody's work. */
export async function readOwnFiles(
  { env }: Pick<Rally, 'env'>,
  { channel: { worktree } }: Pick<RoomContext, 'channel'>,
): Promise<readonly string[]> {
  if (worktree === null) return []
  const { installedPaths } = await import('@rally/installer/installed-paths')
  const top = `${realpathOf(worktree)}/`
  return installedPaths(stateDir(env)).flatMap((path) => (path.startsWith(top) ? [path.slice(top.length)] : []))
}

function realpathOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
