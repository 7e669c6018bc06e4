import fs from 'node:fs'
import type { LogRotation, RotationWish } from '@rally/core/ports/transport'
import { epochOf } from '@rally/core/rules/text/recency'
import { lstatIfThere } from '../../system/facts.js'
import { readRecord } from '../codec/read-record.js'
import { lineBlocks } from '../files/line-blocks.js'
import { insidePath, openToRead } from '../files/open-regular.js'
import { syncFolders } from '../files/sync-folders.js'
import { removeQuietly, writeAtomically } from '../files/write-atomically.js'
import { LIVE, listLogFiles } from './log-files.js'
import { newestRevisionOf } from './newest-revision.js'
import { readRevisionFile } from './revision-file.js'

/** So much of the beginning of a log is looked through for a record with a time. */
const BEGINNING = 64 << 10

/**
 * Makes the live log an archive by one rename, as the existing system does: `changes.jsonl.<local date>[.N]`. To be called under
 * `revision.lock`. Killed at any point it leaves every record where it was, or in the archive: a writer that has the log open
 * writes on into the archive, which all readers read.
 */
export function rotateLog(root: string, wish: RotationWish, options: { now: number; synced: boolean }): LogRotation {
  const { layout } = listLogFiles(root)
  const stats = lstatIfThere(`${root}/${LIVE}`)
  if (layout === 'native' || stats === undefined || !stats.isFile() || stats.size === 0) {
    return { outcome: layout === 'native' ? 'unsupported' : 'small', bytes: 0, oldest: null, archive: null }
  }
  const facts = { bytes: stats.size, oldest: oldestTime(root) }
  const isOld = facts.oldest !== null && facts.oldest <= wish.olderThan
  if (stats.size < wish.minBytes && !isOld) return { ...facts, outcome: 'small', archive: null }
  if (wish.dryRun === true) return { ...facts, outcome: 'would', archive: freeName(root, options.now) }
  // The numbers go on from the file once the log begins anew.
  const newest = newestRevisionOf(root, LIVE)
  if (readRevisionFile(root) < newest)
    writeAtomically(root, 'revision', { text: String(newest), synced: options.synced })
  const archive = reserveName(root, options.now)
  try {
    fs.renameSync(insidePath(root, LIVE), insidePath(root, archive))
  } catch (error) {
    removeReserved(root, archive)
    throw error
  }
  if (options.synced) syncFolders(root, LIVE)
  return { ...facts, outcome: 'archived', archive }
}

/** Takes the name before the log gets it, so that nobody else's rotation is overwritten. An empty archive does no harm. */
function reserveName(root: string, now: number): string {
  for (;;) {
    const name = freeName(root, now)
    try {
      fs.closeSync(fs.openSync(insidePath(root, name), 'wx', 0o600))
      return name
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

function removeReserved(root: string, name: string): void {
  if (lstatIfThere(`${root}/${name}`)?.size === 0) removeQuietly(`${root}/${name}`)
}

/** The name behind all archives of this day. */
function freeName(root: string, now: number): string {
  const date = new Date(now * 1000)
  const two = (value: number): string => String(value).padStart(2, '0')
  const base = `${LIVE}.${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}.${number}`
    if (lstatIfThere(`${root}/${name}`) === undefined) return name
  }
}

function oldestTime(root: string): number | null {
  const file = openToRead(root, LIVE)
  if (file === undefined) return null
  try {
    for (const block of lineBlocks(file.fd, 0, Math.min(file.size, BEGINNING))) {
      for (let start = 0; start < block.length; ) {
        const end = block.bytes.indexOf(0x0a, start)
        const at = epochOf(readRecord(block.bytes, start, end)?.ts)
        if (at !== undefined) return at
        start = end + 1
      }
    }
    return null
  } finally {
    fs.closeSync(file.fd)
  }
}
