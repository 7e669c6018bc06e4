import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { errorCode } from './error-code.js'

/** Somebody may make or remove one of the folders at the same moment. */
const ATTEMPTS = 3

/**
 * Makes a folder and the ones above it; answers those it made, outermost first. Not `mkdirSync` with `recursive`: that never
 * ends where a file system refuses a folder as if its parent were missing (`/proc`).
 * @throws the file system's error: `EEXIST` where something else than a folder has the name itself, `ENOTDIR` above it
 */
export function makeFolder(path: string, options: { readonly mode?: number } = {}): string[] {
  const made: string[] = []
  for (let attempt = 1; ; attempt += 1) {
    try {
      for (const folder of missingFolders(path)) if (makeOne(folder, folder === path, options.mode)) made.push(folder)
      return made
    } catch (error) {
      if (errorCode(error) !== 'ENOENT' || attempt === ATTEMPTS) throw error
    }
  }
}

/** Outermost first. */
function missingFolders(path: string): string[] {
  const missing: string[] = []
  for (let at = path; !isFolder(at); at = dirname(at)) {
    missing.unshift(at)
    if (at === dirname(at)) break
  }
  return missing
}

/** Whether this call made it. Below a file Node 20 throws from `statSync` and Node 22 answers nothing: here both say the same. */
function makeOne(path: string, isLast: boolean, mode: number | undefined): boolean {
  try {
    mkdirSync(path, mode)
    return true
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    if (isFolder(path)) return false
    throw isLast ? error : Object.assign(new Error(`ENOTDIR: ${path} is no folder`), { code: 'ENOTDIR' })
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
