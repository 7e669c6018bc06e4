import fs from 'node:fs'
import type { LogCursor, Presence } from '@rally/core/model/presence'
import type { JsonObject } from '@rally/core/readers'
import { parseObject } from '../codec/parse-object.js'
import { stringifyCompact } from '../codec/stringify.js'
import { errnoError, errnoOf } from '../files/errno.js'
import { readText } from '../files/read-text.js'
import { writeAtomically } from '../files/write-atomically.js'
import type { Room } from '../room.js'
import { parseCursor } from './parse-presence.js'

/** Keys in the reference's order (protocol section 4); others follow. */
const ORDER = [
  ...['session_id', 'tool', 'model', 'run_id', 'app_slug', 'phase', 'task', 'parent', 'spawned', 'files_in_flight'],
  ...['heartbeat_ts', 'last_seen', 'planned_heartbeat_secs', 'pid', 'host', 'cursor', 'branch_name', 'branch_head_sha'],
  ...['branch_merge_status', 'branch_merge_status_checked_ts', 'cwd'],
  ...['build_loop_id', 'build_loop_started_at', 'build_loop_run_label'],
]

/** Writers of one session that may get in between before a put gives up looking and writes. */
const ATTEMPTS = 8

export function presenceName(sessionId: string): string {
  return `sessions/${sessionId}.json`
}

/** The stored object and which file it came from, or undefined when there is no readable one. */
export function readPresenceFile(
  root: string,
  sessionId: string,
): { stored: JsonObject; identity: string } | undefined {
  const read = readText(root, presenceName(sessionId))
  const stored = read && parseObject(read.text)
  return stored && { stored, identity: `${read.file.ino}-${read.file.mtimeMs}` }
}

/** Writes the keys of `presence` over the record that is there; its foreign keys and its cursor stay. */
export function putPresence(room: Room, presence: Presence): void {
  replacePresence(writing(room), presence.session_id, (stored) => ({
    ...stored,
    ...presence,
    cursor: parseCursor(stored === undefined ? presence.cursor : stored.cursor),
  }))
}

/** Sets the cursor of a session; one without a record gets a reader stub, which is nobody's peer. */
export function putCursor(room: Room, sessionId: string, cursor: LogCursor): void {
  const { revision, changes_offset } = cursor
  replacePresence(writing(room), sessionId, (stored) => ({
    ...(stored ?? readerStub(sessionId)),
    cursor: { revision, changes_offset },
  }))
}

/** Where and how a record is written; `nonce` as in `writeAtomically`. */
export interface PresenceWriting {
  readonly root: string
  readonly nonce: string
  readonly synced: boolean
}

function writing(room: Room): PresenceWriting {
  return { root: room.root, nonce: room.ids.hex(8), synced: room.synced }
}

/**
 * Read, change, replace. Parallel writers of one session are rare and short, so there is no lock: a file that was
 * replaced since it was read makes it start again. Nothing is written when `change` answers undefined.
 */
export function replacePresence(
  { root, nonce, synced }: PresenceWriting,
  sessionId: string,
  change: (stored: JsonObject | undefined) => JsonObject | undefined,
): void {
  for (let attempt = 1; ; attempt++) {
    const before = readPresenceFile(root, sessionId)
    const next = change(before?.stored)
    if (next === undefined) return
    try {
      writeAtomically(root, presenceName(sessionId), {
        text: stringifyCompact(inOrder(next)),
        nonce,
        synced,
        beforeRename() {
          if (attempt < ATTEMPTS && identityNow(root, sessionId) !== before?.identity) throw errnoError('ESTALE')
        },
      })
      return
    } catch (error) {
      if (errnoOf(error) !== 'ESTALE') throw error
    }
  }
}

/** Undefined as well for something that is no readable record, which a put replaces. */
function identityNow(root: string, sessionId: string): string | undefined {
  const stats = fs.lstatSync(`${root}/${presenceName(sessionId)}`, { throwIfNoEntry: false })
  if (stats === undefined) return undefined
  const identity = `${stats.ino}-${stats.mtimeMs}`
  return readPresenceFile(root, sessionId)?.identity === identity ? identity : undefined
}

function inOrder(presence: JsonObject): JsonObject {
  const ordered: JsonObject = {}
  for (const key of ORDER) if (presence[key] !== undefined) ordered[key] = presence[key]
  return { ...ordered, ...presence }
}

function readerStub(sessionId: string): JsonObject {
  return {
    session_id: sessionId,
    tool: 'reader',
    model: 'n/a',
    run_id: 'n/a',
    app_slug: '',
    phase: 'reader',
    files_in_flight: [],
    heartbeat_ts: 0,
  }
}
