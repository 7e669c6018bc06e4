import fs from 'node:fs'
import type { Presence } from '@rally/core/model/presence'
import type { JsonObject } from '@rally/core/readers'
import type { FileMemo } from '../../channel-files/file-memo.js'
import type { Cache } from '../cache/cache-folder.js'
import { parseObject } from '../codec/parse-object.js'
import { errnoOf } from '../files/errno.js'
import { removeLeftovers } from '../files/leftovers.js'
import { readNames } from '../files/read-names.js'
import { readText } from '../files/read-text.js'
import { parsePresence } from './parse-presence.js'
import { readThroughCache } from './session-cache.js'

/** Below so many records opening them costs less than a cache. */
const CROWD = 64
const DAY_MS = 86_400_000
/** A reader stub only holds a cursor; losing it means hearing old news again. */
const STUB_MS = 30 * DAY_MS

/** Records as they were stored, of a program that lists them again and again. */
export type SessionMemo = FileMemo<JsonObject | undefined>

/**
 * Every readable presence record, sorted by session id. What cannot be read is somebody else's to report. Of a crowded room
 * only the records are read that changed since they were put into the cache.
 */
export function listSessions(root: string, cache?: Cache, memo?: SessionMemo): Presence[] {
  const names = readNames(`${root}/sessions`).filter((name) => name.endsWith('.json') && !name.startsWith('.'))
  const records =
    cache !== undefined && names.length >= CROWD
      ? readThroughCache(root, names, { cache, read: (name) => readStored(root, name) })
      : names.map((name) => {
          const read = () => readStored(root, name)
          return { name, stored: memo === undefined ? read() : memo.of(`${root}/sessions/${name}`, read) }
        })
  return records
    .flatMap(({ name, stored }) => (stored === undefined ? [] : [parsePresence(stored, idOf(name))]))
    .sort((a, b) => (a.session_id < b.session_id ? -1 : a.session_id > b.session_id ? 1 : 0))
}

/** Removes what nobody will miss: presence not seen for a day, and temporary files of writers that died. Never throws. */
export function collectOldSessions(root: string, nowMs: number): void {
  removeLeftovers(root, nowMs)
  for (const name of readNames(`${root}/sessions`)) {
    try {
      if (isOld(root, name, nowMs)) fs.unlinkSync(`${root}/sessions/${name}`)
    } catch {
      // Somebody else was faster, or it is not ours to remove.
    }
  }
}

function isOld(root: string, name: string, nowMs: number): boolean {
  const stats = fs.lstatSync(`${root}/sessions/${name}`)
  const age = nowMs - stats.mtimeMs
  if (!stats.isFile() || age < DAY_MS || !name.endsWith('.json')) return false
  const presence = readOne(root, name)
  if (presence === undefined) return false
  const seen = presence.last_seen ?? presence.heartbeat_ts
  return seen > 0 ? nowMs - seen * 1000 >= DAY_MS : age >= STUB_MS
}

function readOne(root: string, name: string): Presence | undefined {
  const stored = readStored(root, name)
  return stored && parsePresence(stored, idOf(name))
}

const idOf = (name: string): string => name.slice(0, -'.json'.length)

function readStored(root: string, name: string): JsonObject | undefined {
  try {
    // The folder was looked at when it was listed; a link may lead to another record in it.
    const read = readText(`${root}/sessions`, name)
    return read && parseObject(read.text)
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    return undefined
  }
}
