import fs from 'node:fs'
import { isSafeId } from '@rally/core/ids'
import { type JsonObject, num, obj, str, text } from '@rally/core/readers'
import { AHEAD_SECS } from '@rally/core/rules/inbox/message-order'
import { parseIsoTime } from '@rally/core/rules/text/iso-time'
import { parseObject } from '../codec/parse-object.js'
import { errnoOf, reasonOfErrno } from '../files/errno.js'
import { type OpenFile, openToRead } from '../files/open-regular.js'
import { listLogFiles } from '../log/log-files.js'
import type { Damage, DamageCode } from './damage.js'
import { inspectLines, type TimeOf } from './inspect-lines.js'

export type { Damage, DamageCode } from './damage.js'

/** No lease is that long. */
const LONGEST_LEASE_SECS = 24 * 3600
/** Small files above this size are not read. */
const SMALL = 1 << 20
const FOLDERS = [
  'sessions',
  'inbox',
  'inbox/.acks',
  'task-heartbeats',
  'rally',
  'hook',
  'hook/claims',
  'names',
  'receipts',
  'hook/inflight',
  'hook/room',
  'hook/prompts',
  'hook/told',
  'hook/edits',
  'hook/edits/ended',
] as const

export interface ChannelInspection {
  readonly damage: readonly Damage[]
  /** How many files were looked at. */
  readonly files: number
  /** False when time ran out before everything was looked at. */
  readonly complete: boolean
}

export interface InspectOptions {
  /** Epoch seconds. */
  readonly now: number
  /** Longest time in milliseconds. */
  readonly budgetMs: number
}

/**
 * Looks through a channel for what its readers pass over: damaged lines and files, things that are no files, links that lead
 * out, times in the future. Reads only, locks nothing, never throws for what it finds. Small files first, logs last.
 */
export function inspectChannel(root: string, { now, budgetMs }: InspectOptions): ChannelInspection {
  const start = performance.now()
  const goOn = (): boolean => performance.now() - start < budgetMs
  const latest = now + AHEAD_SECS
  const damage: Damage[] = []
  let files = 0
  let complete = true
  const add = (code: DamageCode, path: string, found: string): void => {
    damage.push({ code, path, line: null, found })
  }
  const look = (path: string, visit: (file: OpenFile) => void): void => {
    if (!goOn()) {
      complete = false
      return
    }
    const file = openInspected(root, path, add)
    if (file === undefined) return
    files++
    try {
      visit(file)
    } catch (error) {
      add('unreadable', path, reasonOfErrno(error))
    } finally {
      fs.closeSync(file.fd)
    }
  }
  const lines = (path: string, timeOf: TimeOf): void =>
    look(path, (file) => {
      const result = inspectLines(file, { path, timeOf, latest, goOn })
      damage.push(...result.damage)
      complete &&= result.complete
    })
  const small = (path: string, timeOf: TimeOf = () => undefined): void =>
    look(path, (file) => {
      if (file.size > SMALL) return add('too-large', path, `${file.size} bytes; it is not read`)
      const stored = parseObject(readAll(file))
      if (stored === undefined) add('damaged-file', path, 'it holds no JSON object that can be read')
      else if ((timeOf(stored) ?? 0) > latest) add('future-time', path, 'its time lies in the future')
    })

  for (const folder of FOLDERS) inspectFolder(root, folder, add)
  look('revision', (file) => {
    const value = readAll(file).trim()
    if (file.size > 32 || !/^\d+$/.test(value)) add('damaged-file', 'revision', 'it holds no number')
  })
  for (const name of ['revision.lock', ...namesIn(root, 'rally', '.lock')]) look(name, () => {})
  for (const name of ['repository.json', 'relay.json']) small(name)
  // A seat is taken for some minutes; what runs out much later keeps it from everybody.
  for (const name of namesIn(root, 'rally', '.json')) small(name, (lease) => endOfLease(lease, now))
  for (const path of namesIn(root, 'receipts', '.json')) small(path, (report) => num(report.at))
  for (const path of namesIn(root, 'names', '')) small(path, (held) => num(held.at))
  for (const path of namesIn(root, 'sessions', '.json')) {
    const id = path.slice('sessions/'.length, -'.json'.length)
    if (!isSafeId(id)) add('unsafe-name', path, 'its name is no session id')
    small(path, (presence) => num(presence.last_seen) ?? num(presence.heartbeat_ts))
  }
  for (const folder of namesIn(root, 'inbox/.acks', '')) {
    inspectFolder(root, folder, add)
    for (const path of namesIn(root, folder, '.json')) small(path)
  }
  for (const path of namesIn(root, 'inbox', '.jsonl')) lines(path, (message) => num(message.ts))
  for (const path of namesIn(root, 'task-heartbeats', '.jsonl')) lines(path, (beat) => num(beat.ts))
  lines('rejections.jsonl', () => undefined)
  const { archives, live } = logFiles(root)
  for (const path of [...live, ...archives.toReversed()]) lines(path, timeOfRecord)
  // What hooks keep: what was told to each session, its warnings, and who has which file in flight.
  for (const path of namesIn(root, 'hook', '.told.json')) small(path)
  for (const path of namesIn(root, 'hook', '.jsonl')) lines(path, () => undefined)
  for (const folder of ['hook/claims', 'hook/inflight', 'hook/room', 'hook/told', 'hook/edits', 'hook/edits/ended'])
    for (const path of namesIn(root, folder, '.jsonl')) lines(path, (line) => num(line.t))
  for (const path of namesIn(root, 'hook/prompts', '.json')) small(path)
  lines('hook/announced.json', () => undefined)
  for (const name of [...namesIn(root, 'hook', '.off'), ...namesIn(root, 'hook', '.lock')]) look(name, () => {})
  return { damage, files, complete }
}

/** The end of a lease that is longer than any should be; undefined for a usual one. */
function endOfLease(lease: JsonObject, now: number): number | undefined {
  const end = parseIsoTime(str(obj(lease.lead).lease_until))
  return end !== undefined && end - now > LONGEST_LEASE_SECS ? end : undefined
}

/** Opens a file as the stores do; says what keeps them from it. */
function openInspected(
  root: string,
  path: string,
  add: (code: DamageCode, path: string, found: string) => void,
): OpenFile | undefined {
  try {
    const stats = fs.lstatSync(`${root}/${path}`, { throwIfNoEntry: false })
    if (stats === undefined) return undefined
    const file = openToRead(root, path)
    if (file === undefined && stats.isSymbolicLink()) {
      add('bad-link', path, 'a symbolic link that does not lead to a file of the channel')
    } else if (file === undefined) add('wrong-type', path, `${typeOf(stats)} is in the place of a file`)
    else if (process.getuid !== undefined && stats.uid !== process.getuid()) {
      add('foreign-owner', path, `it belongs to user ${stats.uid}`)
    }
    return file
  } catch (error) {
    add(errnoOf(error) === 'ELOOP' ? 'bad-link' : 'unreadable', path, reasonOfErrno(error))
    return undefined
  }
}

function inspectFolder(
  root: string,
  folder: string,
  add: (code: DamageCode, path: string, found: string) => void,
): void {
  try {
    const stats = fs.lstatSync(`${root}/${folder}`, { throwIfNoEntry: false })
    if (stats === undefined) return
    if (stats.isSymbolicLink()) add('bad-link', folder, 'a symbolic link is in the place of a folder')
    else if (!stats.isDirectory()) add('wrong-type', folder, `${typeOf(stats)} is in the place of a folder`)
    else fs.readdirSync(`${root}/${folder}`)
  } catch (error) {
    // Below something that is no folder: said already.
    if (errnoOf(error) !== 'ENOTDIR') add('unreadable', folder, reasonOfErrno(error))
  }
}

function typeOf(stats: fs.Stats): string {
  if (stats.isDirectory()) return 'a folder'
  if (stats.isFIFO()) return 'a named pipe'
  if (stats.isSocket()) return 'a socket'
  return stats.isFile() ? 'a file' : 'a device'
}

/** Paths of entries with an ending, hidden ones left out, sorted; none when the folder cannot be read. */
function namesIn(root: string, folder: string, ending: string): string[] {
  try {
    const path = `${root}/${folder}`
    if (!fs.lstatSync(path).isDirectory()) return []
    const names = fs.readdirSync(path).filter((name) => name.endsWith(ending) && !name.startsWith('.'))
    return names.sort().map((name) => `${folder}/${name}`)
  } catch {
    return []
  }
}

function logFiles(root: string): { archives: readonly string[]; live: readonly string[] } {
  try {
    return listLogFiles(root)
  } catch {
    return { archives: [], live: [] }
  }
}

function readAll(file: OpenFile): string {
  const bytes = Buffer.alloc(Math.min(file.size, SMALL))
  return bytes.toString('utf8', 0, fs.readSync(file.fd, bytes, 0, bytes.length, 0))
}

/** Of the four shapes that a log may mix (protocol section 3.2). */
function timeOfRecord(line: JsonObject): number | undefined {
  const time = line.created_at ?? line.ts ?? line.occurred_at ?? obj(line.event).time
  const written = text(time)
  const seconds = written === undefined ? num(time) : Date.parse(written) / 1000
  return seconds === undefined || Number.isNaN(seconds) ? undefined : seconds
}
