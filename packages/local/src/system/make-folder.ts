import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { errorCode } from './small-file.js'

/** Tries for one folder whose parent other processes make and remove meanwhile. */
const ROUNDS = 3

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

/**
 * Makes a folder and the ones above it, private to the user. Not `mkdirSync` with `recursive`: that never ends where a file
 * system refuses a folder as if its parent were missing (`/proc`).
 * @throws the file system's error
 */
export function makeFolder(path: string): void {
  for (let round = 1; ; round++) {
    try {
      mkdirSync(path, { mode: 0o700 })
      return
    } catch (error) {
      if (errorCode(error) === 'EEXIST' && isFolder(path)) return
      if (errorCode(error) !== 'ENOENT' || dirname(path) === path || round === ROUNDS) throw error
    }
    makeFolder(dirname(path))
  }
}

/**
 * Makes a folder for the user's own files with the few parents that may be missing in a new home. A home that is not there
 * is not made.
 * @throws the file system's error
 */
export function makeFolders(folder: string, parents = 2): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    const code = errorCode(error)
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || parents === 0) throw error
    makeFolders(dirname(folder), parents - 1)
    mkdirSync(folder, { mode: 0o700 })
  }
}
