import fs from 'node:fs'
import { dirname } from 'node:path'

/**
 * Syncs the folders that name a file of the channel, up to the one that names the channel: a new or renamed file survives a
 * power cut only when its name does.
 */
export function syncFolders(root: string, relative: string): void {
  for (let folder = dirname(relative); ; folder = dirname(folder)) {
    syncFolder(folder === '.' ? root : `${root}/${folder}`)
    if (folder === '.') break
  }
  syncFolder(dirname(root))
}

/**
 * The folders that have to be synced when `path` was made with whatever is missing above it: those that will hold a new name,
 * from the one that is there now to the one that holds `path`. To be asked before.
 */
export function holdersOf(path: string): string[] {
  if (fs.existsSync(path)) return []
  const holders: string[] = []
  for (let at = dirname(path); ; at = dirname(at)) {
    holders.unshift(at)
    if (at === dirname(at) || fs.existsSync(at)) return holders
  }
}

/** Nothing for what is not there. */
export function syncPath(path: string): void {
  if (fs.existsSync(path)) syncFolder(path)
}

function syncFolder(path: string): void {
  const fd = fs.openSync(path, fs.constants.O_RDONLY)
  try {
    fs.fsyncSync(fd)
  } catch (error) {
    // Some file systems have no such thing as syncing a folder.
    const { code } = error as { code?: unknown }
    if (code !== 'EINVAL' && code !== 'EBADF' && code !== 'EPERM') throw error
  } finally {
    fs.closeSync(fd)
  }
}
