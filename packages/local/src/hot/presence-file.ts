import fs from 'node:fs'
import { join } from 'node:path'
import { isObject, type JsonObject, parseJson } from '@rally/core/readers'
import { isAbsent } from '../transport/files/errno.js'
import { insidePath } from '../transport/files/open-regular.js'
import { readText } from '../transport/files/read-text.js'
import { writeAtomically } from '../transport/files/write-atomically.js'

/** How often a record is planned anew because somebody else wrote it meanwhile. */
const ROUNDS = 4

/** The stored record of a session, of any shape; undefined when there is none that can be read. */
export function readPresence(root: string, sessionId: string): JsonObject | undefined {
  const value = parseJson(readText(root, `sessions/${sessionId}.json`)?.text ?? '')
  return isObject(value) ? value : undefined
}

/**
 * Replaces the record by what `plan` makes of the stored one. Somebody else's write between reading and replacing is not
 * lost: the record is planned again.
 */
export function updatePresence(
  root: string,
  sessionId: string,
  plan: (stored: JsonObject | undefined) => JsonObject | undefined,
): boolean {
  const relative = `sessions/${sessionId}.json`
  for (let round = 0; round < ROUNDS; round++) {
    const before = identity(join(root, relative))
    const next = plan(readPresence(root, sessionId))
    if (next === undefined) return false
    try {
      writeAtomically(root, relative, {
        text: JSON.stringify(next),
        nonce: '0',
        synced: false,
        beforeRename: () => {
          if (round < ROUNDS - 1 && identity(join(root, relative)) !== before) throw CHANGED
        },
      })
      return true
    } catch (error) {
      if (error !== CHANGED) throw error
    }
  }
  return false
}

const CHANGED = new Error('the record changed')

function identity(path: string): string {
  const stats = fs.lstatSync(path, { throwIfNoEntry: false })
  return stats === undefined ? '' : `${stats.ino} ${stats.mtimeMs} ${stats.size}`
}

export function removePresence(root: string, sessionId: string): void {
  try {
    fs.unlinkSync(insidePath(root, `sessions/${sessionId}.json`))
  } catch (error) {
    if (!isAbsent(error)) throw error
  }
}

/** Ids of all sessions that have a record. */
export function listPresence(root: string): string[] {
  try {
    return fs
      .readdirSync(join(root, 'sessions'))
      .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
      .map((name) => name.slice(0, -'.json'.length))
  } catch {
    return []
  }
}
