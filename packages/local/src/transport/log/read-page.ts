import fs from 'node:fs'
import type { ChangeRecord } from '@rally/core/model/change-record'
import type { LogCursor } from '@rally/core/model/presence'
import type { LogPage } from '@rally/core/ports/transport'
import { countOf } from '../codec/python-values.js'
import { readRecord } from '../codec/read-record.js'
import { lineBlocks } from '../files/line-blocks.js'
import { linesBackward } from '../files/lines-backward.js'
import { openToRead } from '../files/open-regular.js'
import { type LogFiles, listLogFiles } from './log-files.js'
import { cursorOffset, type LogPosition, locate } from './log-position.js'

/** Complete records after the cursor, oldest first; see `LogStore.read`. */
export function readPage(root: string, after: LogCursor, limit: number): LogPage {
  const files = listLogFiles(root)
  return files.layout === 'native'
    ? readNative(root, files, { after, limit })
    : readPlain(root, files, { after, limit })
}

interface Wanted {
  readonly after: LogCursor
  readonly limit: number
}

function readPlain(root: string, files: LogFiles, wanted: Wanted): LogPage {
  const names = [...files.archives, ...files.live]
  const start = locate(root, files, wanted.after)
  const records: ChangeRecord[] = []
  let revision = wanted.after.revision
  let at: LogPosition = start
  let more = false
  const take = (record: ChangeRecord): boolean => {
    const number = countOf(record.revision)
    if (start.seen !== undefined && number > 0 && number <= start.seen) return true
    if (records.length >= wanted.limit) return false
    records.push(record)
    revision = Math.max(revision, number)
    return true
  }
  for (let index = start.index; index < names.length && !more; index++) {
    const from = index === start.index ? start.from : 0
    const read = readFile(root, names[index] as string, { from, take })
    at = { index, from: read.position }
    more = read.stopped
  }
  const archived = at.index < files.archives.length ? totalSize(root, files.archives.slice(0, at.index)) : 0
  return { records, cursor: { revision, changes_offset: cursorOffset(files, at, archived) }, more }
}

/** Reads on until the end or until `take` refuses a record; then the position is before that record. */
function readFile(
  root: string,
  name: string,
  options: { from: number; take: (record: ChangeRecord) => boolean },
): { position: number; stopped: boolean } {
  const file = openToRead(root, name)
  let position = options.from
  if (file === undefined) return { position, stopped: false }
  try {
    for (const block of lineBlocks(file.fd, options.from, file.size)) {
      for (let start = 0; start < block.length; ) {
        const end = block.bytes.indexOf(0x0a, start)
        const record = readRecord(block.bytes, start, end)
        if (record !== undefined && !options.take(record)) return { position, stopped: true }
        start = end + 1
        position = block.offset + start
      }
      position = block.next
    }
    return { position, stopped: false }
  } finally {
    fs.closeSync(file.fd)
  }
}

/** Rows that were seen already, one after the other, after which the ones before them are taken for seen as well. */
const OUT_OF_ORDER = 64

/** Native rows: the cursor's offset is the last sequence number seen. Each file is read from its end. */
function readNative(root: string, files: LogFiles, { after, limit }: Wanted): LogPage {
  const seen = Math.max(after.changes_offset, 0)
  const found: ChangeRecord[] = []
  for (const name of files.live) {
    let older = 0
    for (const record of readBackward(root, name, () => older < OUT_OF_ORDER)) {
      if (countOf(record.revision) <= seen) older++
      else found.push(record)
    }
  }
  found.sort((a, b) => countOf(a.revision) - countOf(b.revision))
  const records = found.slice(0, limit)
  const newest = Math.max(seen, ...records.map((record) => countOf(record.revision)))
  return {
    records,
    cursor: { revision: Math.max(after.revision, newest), changes_offset: newest },
    more: found.length > records.length,
  }
}

/** The newest `limit` records, oldest first, at a cost that depends on `limit` alone. */
export function readLatest(root: string, limit: number): readonly ChangeRecord[] {
  const files = listLogFiles(root)
  const newest: ChangeRecord[] = []
  for (const name of [...files.archives, ...files.live].reverse()) {
    let left = files.layout === 'native' ? limit : limit - newest.length
    if (left <= 0) break
    for (const record of readBackward(root, name, () => left-- > 0)) newest.push(record)
  }
  newest.reverse()
  if (files.layout === 'native') newest.sort((a, b) => countOf(a.revision) - countOf(b.revision))
  return newest.slice(-limit)
}

/** Records of one file, newest first, as long as `wanted` says so. */
function* readBackward(root: string, name: string, wanted: (record: ChangeRecord) => boolean): Generator<ChangeRecord> {
  const file = openToRead(root, name)
  if (file === undefined) return
  try {
    for (const { bytes } of linesBackward(file.fd, file.size)) {
      const record = readRecord(bytes, 0, bytes.length)
      if (record === undefined) continue
      if (!wanted(record)) return
      yield record
    }
  } finally {
    fs.closeSync(file.fd)
  }
}

/** Behind the last complete line of a file; 0 when there is none. */
export function endOfLines(root: string, name: string): number {
  const file = openToRead(root, name)
  if (file === undefined) return 0
  try {
    for (const line of linesBackward(file.fd, file.size)) return line.next
    return 0
  } finally {
    fs.closeSync(file.fd)
  }
}

function totalSize(root: string, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + (fs.lstatSync(`${root}/${name}`, { throwIfNoEntry: false })?.size ?? 0), 0)
}
