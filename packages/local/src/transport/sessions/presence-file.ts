import fs from 'node:fs'
import type { LogCursor, Presence } from '@rally/core/model/presence'
import type { JsonObject } from '@rally/core/readers'
import { readerStub } from '@rally/core/rules/presence/reader-stub'
import { createPatience } from '@rally/files/patience'
import { statIfThere } from '../../system/facts.js'
import { parseObject } from '../codec/parse-object.js'
import { stringifyCompact } from '../codec/stringify.js'
import { errnoError, errnoOf } from '../files/errno.js'
import { nap } from '../files/nap.js'
import { readText } from '../files/read-text.js'
import { removeQuietly, temporaryName, writeAtomically } from '../files/write-atomically.js'
import type { Room } from '../room.js'
import { parseCursor } from './parse-presence.js'

/** The times, then the keys in the reference's order (protocol section 4); others follow. */
const ORDER = [
  ...['heartbeat_ts', 'last_seen'],
  ...['session_id', 'tool', 'model', 'run_id', 'app_slug', 'phase', 'task', 'parent', 'spawned', 'files_in_flight'],
  ...['planned_heartbeat_secs', 'pid', 'host', 'cursor', 'branch_name', 'branch_head_sha'],
  ...['branch_merge_status', 'branch_merge_status_checked_ts', 'cwd'],
  ...['build_loop_id', 'build_loop_started_at', 'build_loop_run_label'],
]

/** Milliseconds of waiting in which a put gives way to other writers of the session; then it writes whatever they do. */
const PATIENCE_MS = 1_000
/** Tries of a writer that does not wait. */
const HURRIED_TRIES = 4
/** A temporary file this old belongs to a writer that died before its rename. */
const DEAD_MS = 1_000

export function presenceName(sessionId: string): string {
  return `sessions/${sessionId}.json`
}

interface StoredPresence {
  readonly stored: JsonObject
  readonly text: string
  /** Which file it came from, to the resolution of its times: `DIGITS-HEX`. */
  readonly identity: string
}

/** The stored object and which file it came from, or undefined when there is no readable one. */
export function readPresenceFile(root: string, sessionId: string): StoredPresence | undefined {
  const read = readText(root, presenceName(sessionId))
  const stored = read && parseObject(read.text)
  if (!stored) return undefined
  const { ino, mtimeMs } = read.file
  return { stored, text: read.text, identity: `${ino}-${Math.trunc(mtimeMs * 1000).toString(16)}` }
}

/** When a record was written, epoch seconds. */
export function writtenAt(root: string, sessionId: string): number | undefined {
  const stats = statIfThere(`${root}/${presenceName(sessionId)}`)
  return stats && stats.mtimeMs / 1000
}

/** Writes the keys of `presence` over the record that is there; its foreign keys and its cursor stay. */
export function putPresence(room: Room, presence: Presence): void {
  replacePresence(writing(room), presence.session_id, (stored) => ({
    ...stored,
    ...presence,
    cursor: parseCursor(stored === undefined ? presence.cursor : stored.cursor),
  }))
}

/** Writes keys over a record that is there; false where there is none. */
export function amendPresence(room: Room, sessionId: string, keys: JsonObject): boolean {
  let isThere = false
  replacePresence(writing(room), sessionId, (stored) => {
    isThere = stored !== undefined
    return stored && { ...stored, ...keys }
  })
  return isThere
}

/** Sets the cursor of a session; one without a record gets a reader stub, which is nobody's peer. */
export function putCursor(room: Room, sessionId: string, cursor: LogCursor): void {
  const { revision, changes_offset } = cursor
  const position = { revision, changes_offset }
  replacePresence(writing(room), sessionId, (stored) =>
    stored ? { ...stored, cursor: position } : readerStub(sessionId, position),
  )
}

/** Where and how a record is written. */
export interface PresenceWriting {
  readonly root: string
  readonly synced: boolean
  /** Does not wait for another writer of the record: after a few tries at once the write is left to whoever comes next. */
  readonly hurried?: boolean
}

function writing(room: Room): PresenceWriting {
  return { root: room.root, synced: room.synced }
}

/**
 * Read, change, replace. The temporary file is named after the record that it replaces, so of several writers that read
 * the same one only one goes on; the others read again. There is no lock that outlives its holder: a name that somebody
 * died with is gone as soon as the record changes, and is given up after a while. Nothing is written when `change` answers
 * undefined. False when a hurried writer gave up.
 */
export function replacePresence(
  { root, synced, hurried = false }: PresenceWriting,
  sessionId: string,
  change: (stored: JsonObject | undefined) => JsonObject | undefined,
): boolean {
  const name = presenceName(sessionId)
  const patience = createPatience({ limitMs: PATIENCE_MS, now: () => performance.now() })
  for (let tries = 1; ; tries++) {
    const before = readPresenceFile(root, sessionId)
    const next = change(before?.stored)
    if (next === undefined) return true
    const write = { text: withFixedTimes(stringifyCompact(inOrder(next))), synced }
    if (!hurried && patience() === undefined) {
      writeAtomically(root, name, write)
      return true
    }
    const suffix = before?.identity ?? '0-0'
    try {
      writeAtomically(root, name, {
        ...write,
        suffix,
        beforeRename() {
          if (!isSame(before, readPresenceFile(root, sessionId))) throw errnoError('ESTALE')
        },
      })
      return true
    } catch (error) {
      const code = errnoOf(error)
      if (code !== 'ESTALE' && code !== 'EEXIST') throw error
      const isFree = code === 'ESTALE' || removeIfDead(temporaryName(`${root}/${name}`, suffix))
      if (hurried && tries >= HURRIED_TRIES) return false
      if (!isFree && !hurried) nap(Math.random())
    }
  }
}

/** Times are too coarse to tell files apart that follow each other quickly, so the text counts as well. */
function isSame(a: StoredPresence | undefined, b: StoredPresence | undefined): boolean {
  return a?.identity === b?.identity && a?.text === b?.text
}

function removeIfDead(temporary: string): boolean {
  const stats = fs.lstatSync(temporary, { throwIfNoEntry: false })
  const isDead = stats !== undefined && Math.abs(Date.now() - stats.mtimeMs) > DEAD_MS
  if (isDead) removeQuietly(temporary)
  return isDead
}

const FIRST_TIMES = /^(\{"heartbeat_ts":)(\d{10}(?:\.\d{1,3})?)(,"last_seen":)(\d{10}(?:\.\d{1,3})?)(?=,)/

/** The times that stand first, with three decimals: the gate of hooks writes later ones over them, in the same length. */
function withFixedTimes(record: string): string {
  const fixed = (_: string, ...[a, heartbeat, b, seen]: string[]) =>
    `${a}${Number(heartbeat).toFixed(3)}${b}${Number(seen).toFixed(3)}`
  return record.replace(FIRST_TIMES, fixed)
}

function inOrder(presence: JsonObject): JsonObject {
  const ordered: JsonObject = {}
  for (const key of ORDER) if (presence[key] !== undefined) ordered[key] = presence[key]
  return { ...ordered, ...presence }
}
