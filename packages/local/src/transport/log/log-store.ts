import type { LogStore } from '@rally/core/ports/transport'
import { noteNumber } from '../../channel-files/message-numbers.js'
import { noteRecord } from '../../channel-files/notices.js'
import { type Cache, cacheFolder } from '../cache/cache-folder.js'
import { foldFiles } from '../cache/fold-files.js'
import { stringifySpaced } from '../codec/stringify.js'
import { appendLine } from '../files/append-line.js'
import { isBlank } from '../files/line-blocks.js'
import type { FileLock } from '../lock/file-lock.js'
import type { Room } from '../room.js'
import { createAppender } from './append-record.js'
import { LIVE, listLogFiles } from './log-files.js'
import { newestRevisionOf, newestSequenceOf } from './newest-revision.js'
import { projectLog } from './project-log.js'
import { endOfLines, readLatest, readPage } from './read-page.js'
import { readRevisionFile } from './revision-file.js'
import { rotateLog } from './rotate-log.js'
import { searchLog } from './search-log.js'

const REJECTIONS = 'rejections.jsonl'

/** `changes.jsonl`, `revision` and `rejections.jsonl` of a channel (protocol section 3). */
export function createLogStore(room: Room, options: { lock: FileLock; cache: Cache }): LogStore {
  const append = createAppender(room, options.lock)
  return {
    append: (draft) =>
      room.write('record', async () => {
        const appended = await append(draft)
        noteRecord(room.root, draft, appended)
        noteNumber(room.root, draft, appended)
        return appended
      }),
    read: (after, limit = Number.POSITIVE_INFINITY) => room.read(() => readPage(room.root, after, limit)),
    latest: (limit) => room.read(() => readLatest(room.root, limit)),
    search: (wanted, onProgress) =>
      room.read(() =>
        searchLog(room.root, wanted, { folder: cacheFolder(room), nonce: () => room.ids.hex(8), onProgress }),
      ),
    rotate: (wish) =>
      room.write('archive of the log', () =>
        options.lock.run(() => rotateLog(room.root, wish, { now: room.clock.now(), synced: room.synced })),
      ),
    revision: () => room.read(() => publishedRevision(room.root)),
    end: () => room.read(() => endOfLog(room.root)),
    project: (projection, onProgress) =>
      room.read(() => projectLog(room.root, projection, { cache: options.cache, onProgress })),
    reject: (rejection) =>
      room.write('rejection', () =>
        appendLine(room.root, REJECTIONS, Buffer.from(`${stringifySpaced(rejection)}\n`), { synced: room.synced }),
      ),
    rejections: () => room.read(() => countRejections(room.root, options.cache)),
  }
}

/** What every reader of the channel calls its revision: the `revision` file, or a newer `local_seq` in the log. */
function publishedRevision(root: string): number {
  const { live } = listLogFiles(root)
  return Math.max(readRevisionFile(root), ...live.map((name) => newestSequenceOf(root, name)))
}

/** The larger of what the `revision` file says and what the last records say: either may be behind after a crash. */
function newestRevision(root: string): number {
  const { archives, live } = listLogFiles(root)
  const inLive = Math.max(0, ...live.map((name) => newestRevisionOf(root, name)))
  const newest = Math.max(readRevisionFile(root), inLive)
  return newest > 0 ? newest : Math.max(0, ...archives.slice(-1).map((name) => newestRevisionOf(root, name)))
}

function endOfLog(root: string): { revision: number; changes_offset: number } {
  const { layout, live } = listLogFiles(root)
  // The position first: a record that arrives in between is then read again rather than missed.
  const offset =
    layout === 'plain' ? endOfLines(root, LIVE) : Math.max(0, ...live.map((n) => newestRevisionOf(root, n)))
  return { revision: newestRevision(root), changes_offset: offset }
}

async function countRejections(root: string, cache: Cache): Promise<number> {
  const fold = {
    key: 'rejections',
    version: 1,
    initial: () => 0,
    line: (count: number, bytes: Buffer, { start, end }: { start: number; end: number }) =>
      isBlank(bytes, start, end) ? count : count + 1,
    oversized: (count: number) => count + 1,
  }
  const { state } = await foldFiles(fold, () => ({ root, settled: [], growing: [REJECTIONS] }), { cache })
  return state
}
