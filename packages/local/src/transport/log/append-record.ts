import fs from 'node:fs'
import { RallyError } from '@rally/core/errors'
import type { RecordDraft } from '@rally/core/model/change-record'
import type { Appended } from '@rally/core/ports/transport'
import { isDeeperThan, MAX_DEPTH } from '../codec/parse-object.js'
import { stringifyCompact } from '../codec/stringify.js'
import { factLine, type RecordLine, toFactV1 } from '../codec/to-fact-v1.js'
import { settled, writeLine } from '../files/append-line.js'
import { type KeptFile, keepFile } from '../files/kept-file.js'
import { type OpenFile, openToAppend } from '../files/open-regular.js'
import { syncFolders } from '../files/sync-folders.js'
import type { FileLock } from '../lock/file-lock.js'
import type { Room } from '../room.js'
import { isNative, LIVE, listLogFiles } from './log-files.js'
import { inspectEnd, type LogEnd, newestRevisionOf } from './newest-revision.js'
import { createRevisionFile } from './revision-file.js'

/** Largest stored line. Every reader of the channel has to hold it in memory. */
export const MAX_RECORD = 1 << 20

/** Where our last append left the log: unchanged since then, its end need not be read again. */
interface LastAppend {
  readonly ino: number
  readonly size: number
  readonly revision: number
}

/**
 * Appends records of one open channel. Under `revision.lock`: take the number after the newest one known, write it to
 * `revision`, then append the line. A crash in between leaves a gap in the numbers, never a number twice.
 */
export function createAppender(room: Room, lock: FileLock): (draft: RecordDraft) => Promise<Appended> {
  const revisions = createRevisionFile(room.root)
  const live = keepFile(`${room.root}/${LIVE}`, () => openToAppend(room.root, LIVE))
  let last: LastAppend | undefined
  room.onClose(revisions.close)
  room.onClose(live.close)

  const layout = rememberFor(1000, () => isNative(room.root))
  const appendTo = (named: OpenFile, line: RecordLine): number => {
    let end: LogEnd & { file: OpenFile } = { file: named, newest: last?.revision ?? 0, clean: true }
    const next = revisions.take((inFile) => {
      if (last?.ino === named.ino && last.size === named.size) return last.revision
      end = settled(named, (file) => ({ file, ...inspectEnd(file, inFile) }))
      return end.newest > 0 || inFile > 0 ? end.newest : newestElsewhere(room.root)
    })
    const bytes = line.at(next)
    writeLine(end.file, bytes, end.clean)
    last = { ino: named.ino, size: end.file.size + bytes.length + (end.clean ? 0 : 1), revision: next }
    if (room.synced) syncRecord(room.root, end.file)
    return next
  }
  return async (draft) => {
    const eventId = draft.event_id || `blf_${room.ids.hex(24)}`
    if (isDeeperThan(draft.payload, MAX_DEPTH - 10)) throw refused('it is nested too deeply')
    const native = layout()
    const line = native ? nativeLine(draft, eventId) : factLine(draft, eventId)
    if (line.length > MAX_RECORD) throw refused(`it is larger than ${MAX_RECORD} bytes`)
    const target = native ? nativeFile(room.root, draft) : live
    try {
      return { revision: await lock.run(() => appendTo(target.current(), line)), eventId }
    } finally {
      if (native) target.close()
    }
  }
}

function syncRecord(root: string, { fd, size }: OpenFile): void {
  fs.fdatasyncSync(fd)
  // Which of its files the log's first record went into does not matter: both folders are synced.
  if (size === 0) syncFolders(root, isNative(root) ? `log/${LIVE}` : LIVE)
}

/** For a log that was just rotated, in a channel without its `revision` file. */
function newestElsewhere(root: string): number {
  const { archives, live } = listLogFiles(root)
  return Math.max(0, ...[...archives.slice(-1), ...live].map((name) => newestRevisionOf(root, name)))
}

/** In a channel whose log is a `log/` folder, readers look only there: a row around the fact. */
function nativeLine(draft: RecordDraft, eventId: string): RecordLine {
  const at = (revision: number): Buffer => {
    const fact = toFactV1(draft, { eventId, revision })
    const row = {
      seq: revision,
      occurred_at: fact.created_at,
      event_type: draft.kind,
      engagement: draft.app_slug,
      payload: fact,
    }
    return Buffer.from(`${stringifyCompact(row)}\n`, 'latin1')
  }
  return { length: at(0).length, at }
}

/** The newest file of the `log/` folder, so that its last records show the newest numbers. */
function nativeFile(root: string, draft: RecordDraft): KeptFile {
  const today = `log/${new Date(draft.ts * 1000).toISOString().slice(0, 10)}.jsonl`
  const name = [...listLogFiles(root).live, today].sort().at(-1) ?? today
  return keepFile(`${root}/${name}`, () => openToAppend(root, name))
}

/** A `log/` folder appears at most once in the life of a channel. */
function rememberFor<T>(ms: number, look: () => T): () => T {
  let value: { seen: T; at: number } | undefined
  return () => {
    const now = performance.now()
    if (value === undefined || now - value.at > ms) value = { seen: look(), at: now }
    return value.seen
  }
}

function refused(reason: string): RallyError {
  const hint = 'put the text into a file of the repository and post its path'
  return new RallyError('NOT_STORED', { what: 'record', reason, hint })
}
