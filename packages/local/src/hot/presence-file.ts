import fs from 'node:fs'
import { isSafeId } from '@rally/core/ids'
import type { JsonObject } from '@rally/core/readers'
import { isAbsent } from '../transport/files/errno.js'
import { insidePath } from '../transport/files/open-regular.js'
import { readNames } from '../transport/files/read-names.js'
import { presenceName, readPresenceFile } from '../transport/sessions/presence-file.js'

/** The stored record of a session, of any shape; undefined when there is none that can be read. */
export function readPresence(root: string, sessionId: string): JsonObject | undefined {
  return readPresenceFile(root, sessionId)?.stored
}

export function removePresence(root: string, sessionId: string): void {
  try {
    fs.unlinkSync(insidePath(root, presenceName(sessionId)))
  } catch (error) {
    if (!isAbsent(error)) throw error
  }
}

/** Ids of all sessions that have a record. A name that is no id is somebody's mistake or an attack: it is never shown. */
export function listPresence(root: string): string[] {
  return readNames(`${root}/sessions`)
    .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
    .map((name) => name.slice(0, -'.json'.length))
    .filter(isSafeId)
}
