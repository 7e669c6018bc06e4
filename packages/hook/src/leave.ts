import fs from 'node:fs'
import { join } from 'node:path'
import { NOTHING_TOLD } from '@rally/core/moments'
import { appendRelease } from '@rally/local/hot/claim-log'
import { listPresence, removePresence } from '@rally/local/hot/presence-file'
import { readRevision } from '@rally/local/hot/revision'
import { readTold, tryLock, writeTold } from '@rally/local/hot/told-file'
import type { Session } from './session.js'

/**
 * The session leaves: its files are given back, its record and those of its subagents go. What it was told stays: it may be
 * resumed, and nothing is said twice.
 */
export function leave({ root, self, isChild }: Session, now: number): void {
  const children = isChild ? [] : listPresence(root).filter((id) => id.startsWith(`${self.sessionId}.`))
  const known = listPresence(root).includes(self.sessionId)
  for (const id of [...(known ? [self.sessionId] : []), ...children]) {
    appendRelease(root, id, now, 'all')
    removePresence(root, id)
    fs.rmSync(join(root, 'hook', `${id}.jsonl`), { force: true })
  }
  noteRevision({ root, sessionId: self.sessionId })
}

/** What it wrote until now, or could have read, is no news when it comes back. */
function noteRevision({ root, sessionId }: { root: string; sessionId: string }): void {
  const told = readTold(root, sessionId)
  const unlock = told === undefined ? undefined : tryLock(root, sessionId)
  if (unlock === undefined) return
  try {
    writeTold(root, sessionId, { ...(readTold(root, sessionId) ?? NOTHING_TOLD), revision: readRevision(root) })
  } finally {
    unlock()
  }
}
