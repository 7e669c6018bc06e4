import fs from 'node:fs'
import { join } from 'node:path'
import { isSafeId } from '@rally/core/ids'
import { announcedFiles, foldPath, inFlightTimes } from '@rally/core/moments'
import { type JsonObject, num, obj, parseJson, str, strings, text } from '@rally/core/readers'
import { isSettled, statIfThere } from '../system/facts.js'
import { readText } from '../transport/files/read-text.js'
import { writeAtomically } from '../transport/files/write-atomically.js'
import { listPresence, readPresence } from './presence-records.js'

/**
 * What presence records say of files in flight, without opening them all at each edit: sessions that announce files by
 * themselves (commands, the Python system) and sessions of other machines are in no claim log here. What was read is kept in
 * `hook/announced.json`, which may be deleted at any time and is believed only as long as the folder of records, and each
 * record by itself, look untouched.
 */
const CACHE = 'hook/announced.json'
const FORMAT = 2

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
  if (folder === undefined) return view('')
  const cached = readText(root, CACHE)?.text ?? ''
  // The first line says of what time the others are; each of those is one record, so that only what matters is parsed.
  const end = cached.indexOf('\n')
  const head = obj(parseJson(cached.slice(0, Math.max(0, end))))
  const at = head.v === FORMAT ? (num(head.at) ?? 0) : 0
  const body = at > 0 ? cached.slice(end + 1) : ''
  if (isSettled(folder.mtimeMs, at) && head.folder === folder.mtimeMs) return view(body)
  const now = Date.now()
  const news = refresh({ root, machine }, new Map(linesWith(body, [])), at)
  store(root, `${JSON.stringify({ v: FORMAT, folder: folder.mtimeMs, at: now })}\n${news}`)
  return view(news)
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
  known: ReadonlyMap<string, Entry>,
  at: number,
): string {
  const lines: string[] = []
  for (const id of listPresence(root)) {
    const stats = statIfThere(join(root, 'sessions', `${id}.json`))
    if (stats === undefined) continue
    const { mtimeMs, size } = stats
    const old = known.get(id)
    const isKept = old?.mtimeMs === mtimeMs && old.size === size && isSettled(mtimeMs, at)
    const { host, files } = isKept ? old : factsOf(readPresence(root, id) ?? {}, machine)
    lines.push(`${JSON.stringify({ id, mtimeMs, size, host, files })}\n`)
  }
  return lines.join('')
}

/** What hooks of this machine saw edited stands in the claim log, and is left out. */
function factsOf(presence: JsonObject, machine: () => string): Pick<Entry, 'host' | 'files'> {
  const edited = Object.keys(inFlightTimes(presence))
  const elsewhere = edited.length > 0 && isElsewhere(presence, machine) ? edited : []
  return { host: hostKey(presence), files: [...announcedFiles(presence), ...elsewhere] }
}

/** `body` holds a record on each line. */
function view(body: string): Announced {
  return {
    naming(paths, caseInsensitive) {
      const texts = paths.map((path) => JSON.stringify(path))
      if (!caseInsensitive && !texts.some((text) => body.includes(text))) return []
      const wanted = new Set(paths.map((path) => foldPath(path, caseInsensitive)))
      return linesWith(body, caseInsensitive ? [] : texts)
        .filter(([, { files }]) => files.some((path) => wanted.has(foldPath(path, caseInsensitive))))
        .map(([id]) => id)
    },
    sharing: (host) =>
      host === '' ? 0 : linesWith(body, [JSON.stringify(host)]).filter(([, entry]) => entry.host === host).length,
  }
}

/** The records on the lines that hold one of the texts; all of them without any. */
function linesWith(body: string, texts: readonly string[]): [id: string, entry: Entry][] {
  const lines = body.split('\n')
  const some = texts.length === 0 ? lines : lines.filter((line) => texts.some((text) => line.includes(text)))
  return some.flatMap((line): [string, Entry][] => {
    const { id, mtimeMs, size, host, files } = obj(line === '' ? undefined : parseJson(line))
    if (typeof id !== 'string' || !isSafeId(id)) return []
    return [[id, { mtimeMs: num(mtimeMs) ?? 0, size: num(size) ?? -1, host: str(host), files: strings(files) }]]
  })
}

function store(root: string, text: string): void {
  try {
    writeAtomically(root, CACHE, { text, synced: false })
  } catch {
    // Only slower without it.
  }
}
