import fs from 'node:fs'
import { readNames } from './read-names.js'
import { TEMPORARY_NAME } from './write-atomically.js'

/** A temporary file this old (milliseconds) belongs to a writer that died. */
export const LEFTOVER_MS = 3_600_000

/** Where writers put temporary files; below `inbox/.acks` there is one folder per tool. */
const FOLDERS = ['.', 'sessions', 'rally', 'hook', 'names', 'receipts'] as const
const ACKS = 'inbox/.acks'

/** Paths, relative to the channel, of temporary files that their writers left behind. Never throws. */
export function findLeftovers(root: string, nowMs: number): string[] {
  const folders = [...FOLDERS, ...namesIn(`${root}/${ACKS}`).map((tool) => `${ACKS}/${tool}`)]
  return folders.flatMap((folder) =>
    namesIn(`${root}/${folder}`)
      .filter((name) => TEMPORARY_NAME.test(name) && isOld(`${root}/${folder}/${name}`, nowMs))
      .map((name) => (folder === '.' ? name : `${folder}/${name}`)),
  )
}

/** Removes them. Never throws; answers those that are gone. */
export function removeLeftovers(root: string, nowMs: number): string[] {
  return findLeftovers(root, nowMs).filter((relative) => {
    try {
      fs.unlinkSync(`${root}/${relative}`)
      return true
    } catch {
      // Somebody else was faster, or it is not ours to remove.
      return false
    }
  })
}

function namesIn(folder: string): string[] {
  try {
    return readNames(folder)
  } catch {
    return []
  }
}

function isOld(path: string, nowMs: number): boolean {
  try {
    const stats = fs.lstatSync(path)
    return stats.isFile() && nowMs - stats.mtimeMs >= LEFTOVER_MS
  } catch {
    return false
  }
}
