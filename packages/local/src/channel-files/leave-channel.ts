import fs from 'node:fs'
import { join } from 'node:path'
import { appendRelease, readClaims } from './claim-log.js'
import { removePresence } from './presence-records.js'

/**
 * The session leaves the channel: first its files are given back, so that nobody meets them without a record, then its record
 * goes. Answers where that was, null when there was none. Throws when the record cannot be removed.
 */
export function leaveChannel(root: string, sessionId: string, now: number): string | null {
  forgetWork(root, sessionId, now)
  return removePresence(root, sessionId)
}

/**
 * Gives back every file that a session has in flight, and forgets which warnings it was given: it has left the room. What it
 * was told stays, since it may come back. Best effort: claims of an absent session count for nothing, and run out.
 */
export function forgetWork(root: string, sessionId: string, now: number): void {
  try {
    const claims = readClaims(root, { sessionId, paths: [], now, caseInsensitive: false })
    if (claims.some((claim) => claim.sessionId === sessionId)) appendRelease(root, sessionId, now, 'all')
    fs.rmSync(join(root, 'hook', `${sessionId}.jsonl`), { force: true })
  } catch {
    // A full disk, or a folder that may only be read.
  }
}
