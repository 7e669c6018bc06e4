import { IN_FLIGHT_SECS, type InFlight, isInFlight } from '@rally/core/moments'
import { lstatIfThere } from '../system/facts.js'
import { appendLine } from '../transport/files/append-line.js'
import { readEnd } from '../transport/files/read-end.js'
import { readNames } from '../transport/files/read-names.js'
import {
  applyAll,
  applyLinesOf,
  begunLine,
  type Claimant,
  type ClaimedFiles,
  claimLine,
  gitLineOf,
  type Held,
  type Released,
  releaseLine,
  sessionsNaming,
} from './claim-line.js'
import { type ClaimQuery, readAllClaims, readClaims } from './claim-log.js'
import type { FileMemo } from './file-memo.js'
import { withTimes } from './untimed-lines.js'

/**
 * Who has which file in flight: every session has its own announcements, `hook/inflight/<session id>.jsonl`, appended to by one
 * write before the others' are read. So of two sessions that take a file at the same instant at least the one that looks last
 * sees both. They are the truth about files in flight, and a sign of life; a presence record follows them.
 */
export const IN_FLIGHT_FOLDER = 'hook/inflight'

/**
 * What sessions that left had announced and others had, too, in the same form: so that those still hear who changed a file, and
 * that the gate finds it among the announcements.
 */
export const LEFT_FILE = '+left.jsonl'

/** So much of a file is read at most: its end. */
const MOST_BYTES = 1 << 20
/** A file that nobody appended to for so long (seconds) holds nothing; clocks of several machines differ a little. */
const OLD_SECS = IN_FLIGHT_SECS + 120

/** The file of a session. */
export function inFlightPath(sessionId: string): string {
  return `${IN_FLIGHT_FOLDER}/${sessionId}.jsonl`
}

/** Takes files. Answers the length of the line. Throws the system's error when it could not be stored. */
export function announce(root: string, claimant: Claimant, claimed: ClaimedFiles, now: number): number {
  const line = claimLine(claimant, claimed, now)
  appendLine(root, inFlightPath(claimant.sessionId), line, { synced: false })
  return line.length
}

/** Gives files back. */
export function giveBack(root: string, sessionId: string, released: Released, now: number): void {
  appendLine(root, inFlightPath(sessionId), releaseLine(sessionId, released, now), { synced: false })
}

/** Says when a file was taken that the gate announced although others had. */
export function signBegun(root: string, sessionId: string, files: Exclude<Released, 'all'>, now: number): void {
  appendLine(root, inFlightPath(sessionId), begunLine(sessionId, files, now), { synced: false })
}

/** Says that a command of the session may change the branch of a working tree. */
export function announceGit(root: string, sessionId: string, git: Parameters<typeof gitLineOf>[1], now: number): void {
  appendLine(root, inFlightPath(sessionId), gitLineOf(sessionId, git, now), { synced: false })
}

/** What a session has in flight, and the length of its file from which that is known (-1: none, NaN: it has to be read again). */
export interface OwnWork {
  readonly own: readonly InFlight[]
  /** The same with what ran out. */
  readonly all?: readonly InFlight[]
  readonly size: number
  /** When its last line was written (epoch seconds), if that does not say it. */
  readonly unsigned?: number
}

/** `isBegun`: the last line, without a time, belongs to the call that asks, and does not count yet. */
export function readOwnWork(root: string, sessionId: string, now: number, isBegun = false): OwnWork {
  const { size, text: lines, at } = readLines(root, inFlightPath(sessionId))
  const last = lines.lastIndexOf('\n', lines.length - 2) + 1
  const isUntimed = lines.startsWith(`{"t":${at},"q":`, last)
  const text = isBegun && isUntimed ? lines.slice(0, last) : lines
  const held: Held = new Map()
  applyLinesOf(held, text, [sessionId])
  const all = [...held.values()]
  return {
    size,
    all,
    own: all.filter((entry) => isInFlight(entry, now)),
    ...(isUntimed && !isBegun ? { unsigned: at } : {}),
  }
}

/**
 * Notes when lines without a time were written, before later ones are: so that those do not count as theirs. `known` is the
 * session's work as it was read.
 */
export function signWork(root: string, sessionId: string, known: OwnWork): void {
  if (known.unsigned === undefined) return
  const line = Buffer.from(`${JSON.stringify({ t: known.unsigned, s: sessionId })}\n`)
  appendLine(root, inFlightPath(sessionId), line, { synced: false })
}

/** The length of a session's file: it only grows, so where it is the same nothing was announced since. */
export function ownSize(root: string, sessionId: string): number {
  return lstatIfThere(`${root}/${inFlightPath(sessionId)}`)?.size ?? -1
}

/** When a session announced or gave back files last (epoch seconds): a sign of life, to which its record may lag behind. */
export function announcedAt(root: string, sessionId: string): number | undefined {
  const stats = lstatIfThere(`${root}/${inFlightPath(sessionId)}`)
  return stats && stats.mtimeMs / 1000
}

/** The same of all sessions that have announcements here, by id. */
export function lastAnnouncements(root: string): Map<string, number> {
  const ids = inFlightFiles(root).map((name) => name.slice(0, -'.jsonl'.length))
  return new Map(
    ids.flatMap((id): [string, number][] => {
      const at = announcedAt(root, id)
      return at === undefined ? [] : [[id, at]]
    }),
  )
}

/** All files of announcements, for whoever has to know when one of them changes. */
export function inFlightFiles(root: string): string[] {
  return readNames(`${root}/${IN_FLIGHT_FOLDER}`).filter((name) => name.endsWith('.jsonl') && name !== LEFT_FILE)
}

/**
 * What others have in flight on the asked paths, entries that ran out included, and the order in which that was taken where it
 * is known. `own` are the entries of the asking session, which get their order too. With `since` (epoch seconds) files that
 * changed after that are read however old they are.
 */
export function readOthersWork(
  root: string,
  { since = Number.POSITIVE_INFINITY, ...query }: ClaimQuery & { readonly since?: number | undefined },
  own: readonly InFlight[],
): { readonly own: readonly InFlight[]; readonly others: readonly InFlight[] } {
  const held: Held = new Map()
  const changed = Math.min(since, query.now - OLD_SECS)
  for (const name of inFlightFiles(root)) {
    const sessionId = name.slice(0, -'.jsonl'.length)
    if (sessionId !== query.sessionId) applyNaming(held, root, { query, name, changed, isOf: (id) => id === sessionId })
  }
  return withOrder({ own, others: [...held.values()] }, readClaims(root, query), query.sessionId)
}

/** What sessions that left had announced of the asked paths, where others had, too. */
export function readLeftWork(root: string, query: ClaimQuery): InFlight[] {
  const held: Held = new Map()
  applyNaming(held, root, { query, name: LEFT_FILE, changed: 0, isOf: () => true })
  return [...held.values()]
}

/** What sessions that left had announced of any file, where others had, too. */
export function readAllLeftWork(root: string): InFlight[] {
  const path = `${IN_FLIGHT_FOLDER}/${LEFT_FILE}`
  if (lstatIfThere(`${root}/${path}`) === undefined) return []
  const { text } = readLines(root, path)
  const held: Held = new Map()
  applyAll(held, text, 0)
  return [...held.values()]
}

interface Naming {
  readonly query: ClaimQuery
  /** The file, and since when (epoch seconds) it has to have changed. */
  readonly name: string
  readonly changed: number
  readonly isOf: (sessionId: string) => boolean
}

function applyNaming(held: Held, root: string, { query, name, changed, isOf }: Naming): void {
  const path = `${IN_FLIGHT_FOLDER}/${name}`
  const stats = lstatIfThere(`${root}/${path}`)
  if (stats === undefined || stats.mtimeMs / 1000 < changed) return
  const { text } = readLines(root, path)
  const naming = sessionsNaming(text, query).filter(isOf)
  if (naming.length > 0) applyLinesOf(held, text, naming)
}

/** What anybody of this room has in flight, entries that ran out included: for the views, which look at the whole room. */
export function readAllWork(root: string, now: number, memo?: FileMemo<readonly InFlight[]>): InFlight[] {
  const held: Held = new Map()
  for (const entry of readAllClaims(root, now)) held.set(keyOf(entry), entry)
  for (const name of inFlightFiles(root)) {
    const path = `${IN_FLIGHT_FOLDER}/${name}`
    const stats = lstatIfThere(`${root}/${path}`)
    if (stats === undefined || now - stats.mtimeMs / 1000 > OLD_SECS) continue
    const read = () => workIn(root, path, name.slice(0, -'.jsonl'.length))
    for (const entry of memo?.of(`${root}/${path}`, read) ?? read()) held.set(keyOf(entry), entry)
  }
  return [...held.values()]
}

function workIn(root: string, path: string, sessionId: string): readonly InFlight[] {
  const own: Held = new Map()
  applyLinesOf(own, readLines(root, path).text, [sessionId])
  return [...own.values()].filter((entry) => entry.sessionId === sessionId)
}

function keyOf(entry: InFlight): string {
  return `${entry.sessionId}\n${entry.worktree}\n${entry.path}`
}

/** Adds what only the common log knows: the order of simultaneous claims, and those of hooks of an earlier version. */
function withOrder(
  { own, others }: { own: readonly InFlight[]; others: readonly InFlight[] },
  ordered: readonly InFlight[],
  self: string,
): { own: readonly InFlight[]; others: readonly InFlight[] } {
  if (ordered.length === 0) return { own, others }
  const logged = new Map(ordered.map((entry) => [keyOf(entry), entry]))
  const place = (entry: InFlight): InFlight => {
    const found = logged.get(keyOf(entry))
    logged.delete(keyOf(entry))
    return found === undefined || found.since !== entry.since ? entry : { ...entry, order: found.order }
  }
  const placed = { own: own.map(place), others: others.map(place) }
  return {
    own: placed.own,
    others: [...placed.others, ...[...logged.values()].filter((one) => one.sessionId !== self)],
  }
}

/** The announcements of a file, each with a time. */
export function readAnnouncements(root: string, path: string): string {
  return readLines(root, path).text
}

const NOTHING = { size: -1, text: '', at: 0 }

/** The end of a file; `at` is when it last changed (epoch seconds). */
function readLines(root: string, path: string): { size: number; text: string; at: number } {
  const stats = lstatIfThere(`${root}/${path}`)
  if (stats === undefined) return NOTHING
  const at = stats.mtimeMs / 1000
  const end = readEnd(root, path, MOST_BYTES)
  return end === undefined ? NOTHING : { size: end.size, text: withTimes(end.text, at), at }
}
