import fs from 'node:fs'
import { join } from 'node:path'
import { text } from '@rally/core/readers'
import { isSessionName } from '@rally/core/rules/roster/session-names'
import { appendRelease, readClaims } from './claim-log.js'
import { type EndedWork, endWork } from './ended-work.js'
import { releaseName } from './name-files.js'
import { readPresence, removePresence } from './presence-records.js'
import { removePromptNote } from './prompt-notes.js'

/**
 * The session leaves the channel: first its files are given back, so that nobody meets them without a record, then its record
 * goes; its name rests. Answers where that was, null when there was none. Throws when the record cannot be removed.
 */
export function leaveChannel(root: string, sessionId: string, now: number): string | null {
  const known = text(readPresence(root, sessionId)?.name)
  forgetWork(root, { sessionId, now, name: known })
  const removed = removePresence(root, sessionId)
  restName(root, { sessionId, now, known })
  return removed
}

/** Best effort: a name whose session is not there any more rests all the same. */
function restName(root: string, leaving: Parameters<typeof releaseName>[1]): void {
  try {
    if (isSessionName(leaving.known)) releaseName(root, leaving)
  } catch {
    // A full disk, or a folder that may only be read.
  }
}

/**
 * Gives back every file that a session has in flight, and forgets which warnings it was given: it has left the room. Its
 * edits are kept for the history. What it was told stays, since it may come back. Best effort: claims of an absent session count for nothing, and run out.
 */
export function forgetWork(root: string, { sessionId, now, name }: EndedWork): void {
  try {
    endWork(root, { sessionId, now, name })
    const claims = readClaims(root, { sessionId, paths: [], now, caseInsensitive: false })
    if (claims.some((claim) => claim.sessionId === sessionId)) appendRelease(root, sessionId, now, 'all')
    fs.rmSync(join(root, 'hook', `${sessionId}.jsonl`), { force: true })
    removePromptNote(root, sessionId)
  } catch {
    // A full disk, or a folder that may only be read.
  }
}
