import fs from 'node:fs'
import { join } from 'node:path'
import { isSafeId } from '@rally/core/ids'
import { announcedFiles, inFlightTimes } from '@rally/core/moments'
import { isObject, type JsonObject, list, num, obj, parseJson, str, strings } from '@rally/core/readers'
import { readText } from '../transport/files/read-text.js'
import { writeAtomically } from '../transport/files/write-atomically.js'
import { listPresence, readPresence } from './presence-file.js'

/**
 * What presence records say of files in flight, without opening them all at each edit: sessions that announce files by
 * themselves (commands, the Python system) and sessions of other machines are in no claim log here. What was read is kept in
 * `hook/announced.json`, which may be deleted at any time and is believed only as long as the folder of records, and each
 * record by itself, look untouched.
 */
const CACHE = 'hook/announced.json'
/** A file that changed so shortly before it was read may have changed again in the same tick of its clock (ms). */
const RACY_MS = 50

/** One record: when it was written, and what matters of it. */
interface Entry {
  readonly mtimeMs: number
  readonly size: number
  /** `pid start` of the host process, or empty. */
  readonly host: string
  /** Files that it names, announced ones and those that hooks of its machine noted. */
  readonly files: readonly string[]
}

export interface Announced {
  /** Sessions whose record names one of the files. */
  naming(isWanted: (path: string) => boolean): string[]
  /** How many sessions share a host process. */
  sharing(host: string): number
}

/** Reads what changed since the last time, and nothing when nothing did. */
export function readAnnounced(root: string): Announced {
  const folder = fs.statSync(join(root, 'sessions'), { throwIfNoEntry: false })
  if (folder === undefined) return view({})
  const cache = obj(parseJson(readText(root, CACHE)?.text ?? ''))
  const known = parseEntries(cache.ids)
  const at = num(cache.at) ?? 0
  if (cache.v === 1 && cache.folder === folder.mtimeMs && at > folder.mtimeMs + RACY_MS) return view(known)
  const now = Date.now()
  const entries = cache.v === 1 ? refresh(root, known, at) : refresh(root, {}, 0)
  store(root, { v: 1, folder: folder.mtimeMs, at: now, ids: packed(entries) })
  return view(entries)
}

/** `pid start` of a record's host process, or empty. */
export function hostKey(presence: JsonObject): string {
  return presence.host_pid === undefined ? '' : `${str(presence.host_started)}/${num(presence.host_pid) ?? ''}`
}

function refresh(root: string, known: Readonly<Record<string, Entry>>, at: number): Record<string, Entry> {
  const entries: Record<string, Entry> = {}
  for (const id of listPresence(root)) {
    const stats = fs.statSync(join(root, 'sessions', `${id}.json`), { throwIfNoEntry: false })
    if (stats === undefined) continue
    const { mtimeMs, size } = stats
    const old = Object.hasOwn(known, id) ? known[id] : undefined
    if (old?.mtimeMs === mtimeMs && old.size === size && at > mtimeMs + RACY_MS) {
      entries[id] = old
      continue
    }
    const presence = readPresence(root, id)
    const files = presence === undefined ? [] : [...announcedFiles(presence), ...Object.keys(inFlightTimes(presence))]
    entries[id] = { mtimeMs, size, host: presence === undefined ? '' : hostKey(presence), files }
  }
  return entries
}

function view(entries: Readonly<Record<string, Entry>>): Announced {
  return {
    naming: (isWanted) =>
      Object.entries(entries)
        .filter(([, entry]) => entry.files.some(isWanted))
        .map(([id]) => id),
    sharing: (host) => (host === '' ? 0 : Object.values(entries).filter((entry) => entry.host === host).length),
  }
}

function packed(entries: Readonly<Record<string, Entry>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(entries).map(([id, { mtimeMs, size, host, files }]) => [id, [mtimeMs, size, host, files]]),
  )
}

function parseEntries(value: unknown): Record<string, Entry> {
  const entries: Record<string, Entry> = {}
  for (const [id, item] of Object.entries(isObject(value) ? value : {})) {
    if (!isSafeId(id)) continue
    const [mtimeMs, size, host, files] = list(item)
    entries[id] = { mtimeMs: num(mtimeMs) ?? 0, size: num(size) ?? -1, host: str(host), files: strings(files) }
  }
  return entries
}

function store(root: string, cache: object): void {
  try {
    writeAtomically(root, CACHE, { text: JSON.stringify(cache), nonce: '0', synced: false })
  } catch {
    // Only slower without it.
  }
}
