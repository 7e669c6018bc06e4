import fs from 'node:fs'
import { join } from 'node:path'
import { isSafeId } from '@rally/core/ids'
import { announcedFiles, foldPath, inFlightTimes } from '@rally/core/moments'
import { isObject, type JsonObject, list, num, obj, parseJson, str, strings, text } from '@rally/core/readers'
import { statIfThere } from '../system/facts.js'
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
  /** Files that it names and that no claim log of this machine holds. */
  readonly files: readonly string[]
}

export interface Announced {
  /** Sessions whose record names one of the files. */
  naming(paths: readonly string[], caseInsensitive: boolean): string[]
  /** How many sessions share a host process. */
  sharing(host: string): number
}

/** Reads what changed since the last time, and nothing when nothing did. */
export function readAnnounced(root: string, machine: () => string): Announced {
  const folder = fs.statSync(join(root, 'sessions'), { throwIfNoEntry: false })
  if (folder === undefined) return view('', () => ({}))
  const cached = readText(root, CACHE)?.text ?? ''
  // The first line says of what time the second is, so that the second need not be parsed when nothing in it matters.
  const end = cached.indexOf('\n')
  const head = obj(parseJson(cached.slice(0, Math.max(0, end))))
  const at = head.v === 1 ? (num(head.at) ?? 0) : 0
  const known = (): Record<string, Entry> => (at > 0 ? parseEntries(parseJson(cached.slice(end))) : {})
  if (at > folder.mtimeMs + RACY_MS && head.folder === folder.mtimeMs) return view(cached, known)
  const now = Date.now()
  const entries = refresh({ root, machine }, known(), at)
  const body = JSON.stringify(packed(entries))
  store(root, `${JSON.stringify({ v: 1, folder: folder.mtimeMs, at: now })}\n${body}\n`)
  return view(body, () => entries)
}

/** Whether a record comes from another machine. */
export function isElsewhere(presence: JsonObject, machine: () => string): boolean {
  const home = text(presence.machine) ?? text(presence.host)
  return home !== undefined && home !== 'unknown' && home !== machine()
}

/** `pid start` of a record's host process, or empty. */
export function hostKey(presence: JsonObject): string {
  return presence.host_pid === undefined ? '' : `${str(presence.host_started)}/${num(presence.host_pid) ?? ''}`
}

function refresh(
  { root, machine }: { root: string; machine: () => string },
  known: Readonly<Record<string, Entry>>,
  at: number,
): Record<string, Entry> {
  const entries: Record<string, Entry> = {}
  for (const id of listPresence(root)) {
    const stats = statIfThere(join(root, 'sessions', `${id}.json`))
    if (stats === undefined) continue
    const { mtimeMs, size } = stats
    const old = Object.hasOwn(known, id) ? known[id] : undefined
    if (old?.mtimeMs === mtimeMs && old.size === size && at > mtimeMs + RACY_MS) {
      entries[id] = old
      continue
    }
    const presence = readPresence(root, id)
    entries[id] = { mtimeMs, size, ...factsOf(presence ?? {}, machine) }
  }
  return entries
}

/** What hooks of this machine saw edited stands in the claim log, and is left out. */
function factsOf(presence: JsonObject, machine: () => string): Pick<Entry, 'host' | 'files'> {
  const edited = Object.keys(inFlightTimes(presence))
  const elsewhere = edited.length > 0 && isElsewhere(presence, machine) ? edited : []
  return { host: hostKey(presence), files: [...announcedFiles(presence), ...elsewhere] }
}

/** `json` holds the entries. */
function view(json: string, parse: () => Readonly<Record<string, Entry>>): Announced {
  let parsed: Readonly<Record<string, Entry>> | undefined
  const entries = (): Readonly<Record<string, Entry>> => {
    parsed ??= parse()
    return parsed
  }
  return {
    naming(paths, caseInsensitive) {
      if (!caseInsensitive && !paths.some((path) => json.includes(JSON.stringify(path)))) return []
      const wanted = new Set(paths.map((path) => foldPath(path, caseInsensitive)))
      return Object.entries(entries())
        .filter(([, { files }]) => files.some((path) => wanted.has(foldPath(path, caseInsensitive))))
        .map(([id]) => id)
    },
    sharing: (host) => (host === '' ? 0 : Object.values(entries()).filter((entry) => entry.host === host).length),
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

function store(root: string, text: string): void {
  try {
    writeAtomically(root, CACHE, { text, synced: false })
  } catch {
    // Only slower without it.
  }
}
