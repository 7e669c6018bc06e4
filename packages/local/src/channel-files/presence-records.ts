import fs from 'node:fs'
import { isSafeId } from '@rally/core/ids'
import type { JsonObject } from '@rally/core/readers'
import { parseObject } from '../transport/codec/parse-object.js'
import { isAbsent } from '../transport/files/errno.js'
import { insidePath } from '../transport/files/open-regular.js'
import { readNames } from '../transport/files/read-names.js'
import { presenceName, readPresenceFile } from '../transport/sessions/presence-file.js'

/** The stored record of a session, of any shape; undefined when there is none that can be read. */
export function readPresence(root: string, sessionId: string): JsonObject | undefined {
  return readPresenceFile(root, sessionId)?.stored
}

/** A record of this size is damage or an attack. */
const LARGEST = 64 << 10

/**
 * All readable records by session id, for a look at everybody: three system calls each. What is no regular file gives
 * nothing to parse or refuses to be read, and is never waited for.
 */
export function readAllPresence(root: string): Map<string, JsonObject> {
  const records = new Map<string, JsonObject>()
  const bytes = Buffer.allocUnsafe(LARGEST)
  for (const id of listPresence(root)) {
    const stored = parseObject(readShort(`${root}/${presenceName(id)}`, bytes))
    if (stored !== undefined) records.set(id, stored)
  }
  return records
}

function readShort(path: string, bytes: Buffer): string {
  let fd: number | undefined
  try {
    fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOFOLLOW)
    const length = fs.readSync(fd, bytes, 0, LARGEST, null)
    return length < LARGEST ? bytes.subarray(0, length).toString() : ''
  } catch {
    return ''
  } finally {
    if (fd !== undefined) fs.closeSync(fd)
  }
}

/** Where the record was, or null when there was none. */
export function removePresence(root: string, sessionId: string): string | null {
  try {
    const path = insidePath(root, presenceName(sessionId))
    fs.unlinkSync(path)
    return path
  } catch (error) {
    if (isAbsent(error)) return null
    throw error
  }
}

/** Ids of all sessions that have a record. A name that is no id is somebody's mistake or an attack: it is never shown. */
export function listPresence(root: string): string[] {
  return readNames(`${root}/sessions`)
    .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
    .map((name) => name.slice(0, -'.json'.length))
    .filter(isSafeId)
}
