import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Somebody may make or remove one of the folders at the same moment. */
const ATTEMPTS = 3

/**
 * Makes a folder and the ones above it. Not `mkdirSync` with `recursive`: that never ends where a file system refuses a folder
 * as if its parent were missing (`/proc`). A plugin leaves rally's repository alone, so this is its own.
 * @throws the file system's error
 */
export function makeFolder(path: string, attempts = ATTEMPTS): void {
  try {
    mkdirSync(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EEXIST' && isFolder(path)) return
    if (code !== 'ENOENT' || attempts === 1 || path === dirname(path)) throw error
    if (!isFolder(dirname(path))) makeFolder(dirname(path), attempts)
    makeFolder(path, attempts - 1)
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
