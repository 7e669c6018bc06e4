import fs from 'node:fs'
import { dirname } from 'node:path'
import type { ChangeHint } from '@rally/core/ports/transport'
import { storeOfFile, watchedFolders } from './poll-signature.js'

type Store = ChangeHint['store']

export interface FolderWatchers {
  /** Watches whatever exists now and was not watched; forgets what was replaced. True when the channel folder is watched. */
  refresh(): boolean
  close(): void
}

/**
 * File events of a channel folder and of the folders in it that rally writes to. While the channel does not exist, its
 * nearest existing parent is watched. `onEvent` is called with the store, or undefined when only the set of folders changed.
 */
export function createFolderWatchers(root: string, onEvent: (store: Store | undefined) => void): FolderWatchers {
  const watchers = new Map<string, { watcher: fs.FSWatcher; identity: string }>()

  const forget = (path: string): void => {
    watchers.get(path)?.watcher.close()
    watchers.delete(path)
  }
  const watchFolder = (path: string, storeOf: (name: string) => Store | undefined): boolean => {
    const identity = folderIdentity(path)
    if (watchers.get(path)?.identity === identity && identity !== undefined) return true
    forget(path)
    if (identity === undefined) return false
    try {
      const watcher = fs.watch(path, { persistent: true }, (_event, name) =>
        onEvent(name === null ? 'unknown' : storeOf(name)),
      )
      watcher.on('error', () => {
        forget(path)
        onEvent(undefined)
      })
      watchers.set(path, { watcher, identity })
      return true
    } catch {
      // Too many watches, or a file system without events: polling remains.
      return false
    }
  }
  return {
    refresh() {
      const watched = watchFolder(root, storeOfFile)
      for (const [name, store] of watchedFolders(root)) watchFolder(`${root}/${name}`, () => store)
      const parent = nearestParent(root)
      if (watched || parent === undefined) {
        if (parent !== undefined) forget(parent)
      } else watchFolder(parent, () => undefined)
      return watched
    },
    close() {
      for (const path of [...watchers.keys()]) forget(path)
    },
  }
}

function folderIdentity(path: string): string | undefined {
  try {
    const stats = fs.lstatSync(path, { throwIfNoEntry: false })
    return stats?.isDirectory() ? `${stats.dev}:${stats.ino}` : undefined
  } catch {
    return undefined
  }
}

function nearestParent(root: string): string | undefined {
  for (let path = dirname(root); ; path = dirname(path)) {
    if (folderIdentity(path) !== undefined) return path
    if (path === dirname(path)) return undefined
  }
}
