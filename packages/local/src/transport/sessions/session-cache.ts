import type { Stats } from 'node:fs'
import { isObject, type JsonObject, list, obj } from '@rally/core/readers'
import { isSettled, lstatIfThere } from '../../system/facts.js'
import type { Cache } from '../cache/cache-folder.js'

const KEY = 'sessions'
const VERSION = 1

export interface StoredRecord {
  readonly name: string
  /** Undefined for what is no readable record. */
  readonly stored: JsonObject | undefined
}

/**
 * The records of those names. One whose file is the same, to its inode, times and size, as when it was cached is not opened.
 * Links and what is no plain file are always read.
 */
export function readThroughCache(
  root: string,
  names: readonly string[],
  { cache, read }: { cache: Cache; read: (name: string) => JsonObject | undefined },
): StoredRecord[] {
  const loaded = cache.load(KEY)
  const known = loaded?.version === VERSION ? obj(loaded.records) : {}
  const now = Date.now()
  const records: Record<string, readonly [mark: string, stored: JsonObject]> = Object.create(null)
  let bytes = 0
  const result = names.map((name): StoredRecord => {
    const stats = lstatIfThere(`${root}/sessions/${name}`)
    const mark = stats?.isFile() ? markOf(stats) : undefined
    const [knownMark, kept] = Object.hasOwn(known, name) ? list(known[name]) : []
    const isKept = mark !== undefined && knownMark === mark && isObject(kept)
    const stored = isKept ? kept : read(name)
    if (stats && mark !== undefined && stored && isSettled(stats.mtimeMs, now)) {
      records[name] = [mark, stored]
      if (!isKept) bytes += stats.size
    }
    return { name, stored }
  })
  // Before anybody gets the records: whoever parses them may change them.
  if (bytes > 0) cache.save(KEY, { version: VERSION, records }, bytes)
  return result
}

function markOf({ ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs} ${ctimeMs}`
}
