import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder as makeAnyFolder } from '@rally/files/make-folder'
import { errorCode } from './small-file.js'

/**
 * Makes a folder and the ones above it, for the user alone.
 * @throws the file system's error
 */
export function makeFolder(path: string): void {
  makeAnyFolder(path, { mode: 0o700 })
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
