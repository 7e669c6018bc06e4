import fs from 'node:fs'
import type { LogCursor } from '@rally/core/model/presence'
import { countOf } from '../codec/python-values.js'
import { readRecord } from '../codec/read-record.js'
import { eachLine, lineBlocks } from '../files/line-blocks.js'
import { type OpenFile, openToRead } from '../files/open-regular.js'
import type { LogFiles } from './log-files.js'
import { newestRevisionIn } from './newest-revision.js'

/** Where reading starts: `from` bytes into the file `files[index]`, and on to the end of the last file. */
export interface LogPosition {
  readonly index: number
  readonly from: number
  /** Records at or below this revision were seen; set where only revisions tell what was. */
  readonly seen?: number
}

/**
 * Finds the place that a cursor means. Its offset counts bytes of `changes.jsonl` (a negative one, of all archives and
 * `changes.jsonl` in a row: -1 is the start of the oldest). After a rotation the same offset is looked for in the file
 * that now holds the record; where no offset fits, revisions decide.
 */
export function locate(root: string, files: LogFiles, after: LogCursor): LogPosition {
  const names = [...files.archives, ...files.live]
  if (after.changes_offset < 0) return locateInRow(root, names, -after.changes_offset - 1) ?? search(root, names, after)
  if (after.changes_offset === 0 && after.revision <= 0) return { index: 0, from: 0 }
  return search(root, names, after)
}

/** The reverse of `locate`. `archivedBytes` is the total size of the archives before the file. */
export function cursorOffset(files: LogFiles, position: LogPosition, archivedBytes: number): number {
  return position.index >= files.archives.length ? position.from : -(archivedBytes + position.from) - 1
}

function search(root: string, names: readonly string[], after: LogCursor): LogPosition {
  for (let index = names.length - 1; index >= 0; index--) {
    const file = openToRead(root, names[index] as string)
    if (file === undefined) continue
    try {
      if (file.size === 0 || firstRevision(file) > after.revision) continue
      if (isLineStart(file, after.changes_offset)) return { index, from: after.changes_offset }
      if (index + 1 < names.length && newestRevisionIn(file) <= after.revision) return { index: index + 1, from: 0 }
      return { index, from: 0, seen: after.revision }
    } finally {
      fs.closeSync(file.fd)
    }
  }
  return { index: 0, from: 0 }
}

function locateInRow(root: string, names: readonly string[], target: number): LogPosition | undefined {
  let from = target
  for (let index = 0; index < names.length; index++) {
    const last = index === names.length - 1
    const file = openToRead(root, names[index] as string)
    if (file === undefined) return last && from === 0 ? { index, from } : undefined
    try {
      if (from < file.size || last) return from === 0 || isLineStart(file, from) ? { index, from } : undefined
    } finally {
      fs.closeSync(file.fd)
    }
    from -= file.size
  }
  return undefined
}

function isLineStart(file: OpenFile, offset: number): boolean {
  if (offset <= 0 || offset > file.size) return false
  const before = Buffer.allocUnsafe(1)
  return fs.readSync(file.fd, before, 0, 1, offset - 1) === 1 && before[0] === 0x0a
}

/** The revision of the first record of a file; 0 when the beginning holds none. */
function firstRevision(file: OpenFile): number {
  let first = 0
  for (const block of lineBlocks(file.fd, 0, Math.min(file.size, 64 << 10))) {
    eachLine(block, (bytes, start, end) => {
      if (first === 0) first = countOf(readRecord(bytes, start, end)?.revision)
    })
    if (first > 0) break
  }
  return first
}
