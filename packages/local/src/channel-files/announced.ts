import fs from 'node:fs'
import { join } from 'node:path'
import { isSafeId } from '@rally/core/ids'
import type { Presence } from '@rally/core/model/presence'
import { announcedFiles, inFlightTimes } from '@rally/core/moments'
import { type JsonObject, num, obj, parseJson, str, strings, text } from '@rally/core/readers'
import {
  companyOf,
  type HostCompany,
  type HostMembers,
  hostKey,
  withMember,
} from '@rally/core/rules/presence/host-company'
import { isSettled, statIfThere } from '../system/facts.js'
import { readText } from '../transport/files/read-text.js'
import { writeAtomically } from '../transport/files/write-atomically.js'
import { listPresence, readPresence } from './presence-records.js'
import { isOddlyNamed, wantedFiles } from './wanted-files.js'

/**
 * What presence records say of files in flight, without opening them all at each edit: sessions that announce files by
 * themselves (commands, the Python system) and sessions of other machines are in no claim log here. What was read is kept in
 * `hook/announced.json`, which may be deleted at any time and is believed only as long as the folder of records, and each
 * record by itself, look untouched.
 */
const CACHE = 'hook/announced.json'
const FORMAT = 4

/** One record: when it was written, and what matters of it. */
interface Entry {
  readonly mtimeMs: number
  readonly size: number
  /** Names the host process, or empty; with it what decides how the session stands to others of that process. */
  readonly host: string
  readonly life: JsonObject
  /** Files that it names and that no claim log of this machine holds. */
  readonly files: readonly string[]
  /** Some of them are globs: the texts of the files that are looked for do not tell. */
  readonly odd: boolean
}

/** What stands on the line of an entry that is odd. */
const ODD = '"odd":true'
/** What stands before the files of an entry, which are its end. */
const FILES = '"files":['

export interface Announced {
  /** Sessions whose record names one of the files. */
  naming(paths: readonly string[], caseInsensitive: boolean): string[]
  /**
   * The files that records of all but one session name, as lines of JSON texts; with a line `"*",` where one is a glob or written in
   * a way that does not tell.
   */
  others(sessionId: string): string
  /** How a session stands to the others of its host process. */
  readonly company: HostCompany
}

/** Reads what changed since the last time, and nothing when nothing did. */
export function readAnnounced(root: string): Announced {
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
  const news = refresh(root, new Map(linesWith(body, [])), at)
  store(root, `${JSON.stringify({ v: FORMAT, folder: folder.mtimeMs, at: now })}\n${news}`)
  return view(news)
}

/** Whether a record was brought by a relay: everything else was written into this folder by somebody who sees it. */
export function isElsewhere(presence: JsonObject): boolean {
  return text(presence.machine) !== undefined
}

const LIFE_KEYS = ['parent', 'host_since', 'host_conversations'] as const

function refresh(root: string, known: ReadonlyMap<string, Entry>, at: number): string {
  const lines: string[] = []
  for (const id of listPresence(root)) {
    const stats = statIfThere(join(root, 'sessions', `${id}.json`))
    if (stats === undefined) continue
    const { mtimeMs, size } = stats
    const old = known.get(id)
    const isKept = old?.mtimeMs === mtimeMs && old.size === size && isSettled(mtimeMs, at)
    const { host, life, files, odd } = isKept ? old : factsOf(readPresence(root, id) ?? {})
    lines.push(`${JSON.stringify({ id, mtimeMs, size, host, life, odd, files })}\n`)
  }
  return lines.join('')
}

/** What hooks of this machine saw edited stands in the claim log, and is left out. */
function factsOf(presence: JsonObject): Pick<Entry, 'host' | 'life' | 'files' | 'odd'> {
  const elsewhere = isElsewhere(presence) ? Object.keys(inFlightTimes(presence)) : []
  const host = hostKey(presence as Presence)
  const life = host === '' ? {} : Object.fromEntries(LIFE_KEYS.map((key) => [key, presence[key]]))
  const announced = announcedFiles(presence)
  return { host, life, files: [...announced, ...elsewhere], odd: announced.some(isOddlyNamed) }
}

/** `body` holds a record on each line. */
function view(body: string): Announced {
  return {
    naming(paths, caseInsensitive) {
      const wanted = wantedFiles(paths, caseInsensitive)
      const texts = [ODD, ...wanted.names.map((name) => JSON.stringify(name))]
      if (!caseInsensitive && !texts.some((text) => body.includes(text))) return []
      return linesWith(body, caseInsensitive ? [] : texts)
        .filter(([, { files }]) => files.some((file) => wanted.isNamedBy(file)))
        .map(([id]) => id)
    },
    others(sessionId) {
      const own = `{"id":${JSON.stringify(sessionId)},`
      const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith(own))
      const files = lines.map((line) => line.slice(line.lastIndexOf(FILES) + FILES.length, -']}'.length))
      const odd = lines.some((line) => line.includes(ODD)) ? ['"*",'] : []
      return [...files.filter((text) => text !== ''), ...odd].map((text) => `${text}\n`).join('')
    },
    company(presence) {
      const host = hostKey(presence)
      const same = host === '' ? [] : linesWith(body, [JSON.stringify(host)]).filter(([, entry]) => entry.host === host)
      const members = same.reduce<HostMembers | undefined>(
        (before, [, { life }]) => withMember(before, life as Presence),
        undefined,
      )
      return companyOf(presence, members)
    },
  }
}

/** The records on the lines that hold one of the texts; all of them without any. */
function linesWith(body: string, texts: readonly string[]): [id: string, entry: Entry][] {
  const lines = body.split('\n')
  const some = texts.length === 0 ? lines : lines.filter((line) => texts.some((text) => line.includes(text)))
  return some.flatMap((line): [string, Entry][] => {
    const { id, mtimeMs, size, host, life, files, odd } = obj(line === '' ? undefined : parseJson(line))
    if (typeof id !== 'string' || !isSafeId(id)) return []
    const facts = { host: str(host), life: obj(life), files: strings(files), odd: odd === true }
    return [[id, { mtimeMs: num(mtimeMs) ?? 0, size: num(size) ?? -1, ...facts }]]
  })
}

function store(root: string, text: string): void {
  try {
    writeAtomically(root, CACHE, { text, synced: false })
  } catch {
    // Only slower without it.
  }
}
