import { appendFileSync, lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isSafeId } from '@rally/core/ids'
import { makeFolder } from '../system/make-folder.js'
import { readSmallFile } from '../system/small-file.js'

/**
 * In which rooms a conversation has been, one path a line, in the user's state folder: an end counts in all of them, whatever
 * folder the session is in by then. Appended to when a session enters a room.
 */
const FOLDER = 'rooms'
const LARGEST = 64 * 1024
const MOST_ROOMS = 64
const OLD_SECS = 30 * 24 * 3600

/** @throws the system's error when the state folder cannot be written */
export function noteRoom(stateDir: string, conversation: string, root: string): void {
  if (!isSafeId(conversation) || root.includes('\n')) return
  const known = roomsOf(stateDir, conversation)
  if (known.includes(root) || known.length >= MOST_ROOMS) return
  makeFolder(join(stateDir, FOLDER))
  appendFileSync(pathOf(stateDir, conversation), `${root}\n`, { mode: 0o600 })
}

/** The rooms in the order of entering; none when nothing is known. */
export function roomsOf(stateDir: string, conversation: string): string[] {
  if (!isSafeId(conversation)) return []
  try {
    const file = readSmallFile(pathOf(stateDir, conversation), LARGEST, { follow: false })
    const lines = file.kind === 'text' ? file.text.split('\n').slice(0, -1) : []
    return [...new Set(lines.filter((line) => line.startsWith('/')))]
  } catch {
    return []
  }
}

/** Takes away what was kept for conversations that nobody came back to. Never throws. `now`: epoch seconds. */
export function removeOldRooms(stateDir: string, now: number): void {
  try {
    for (const name of readdirSync(join(stateDir, FOLDER))) {
      const path = join(stateDir, FOLDER, name)
      if (now - lstatSync(path).mtimeMs / 1000 > OLD_SECS) rmSync(path, { force: true })
    }
  } catch {
    // None yet, or another process cleans at the same time.
  }
}

function pathOf(stateDir: string, conversation: string): string {
  return join(stateDir, FOLDER, conversation)
}
