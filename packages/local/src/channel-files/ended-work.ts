import fs from 'node:fs'
import { isSafeId } from '@rally/core/ids'
import { isSessionName } from '@rally/core/rules/roster/session-names'
import { lstatIfThere } from '../system/facts.js'
import { errnoOf } from '../transport/files/errno.js'
import { insidePath, makeFolder } from '../transport/files/open-regular.js'
import { inFlightPath } from './inflight-log.js'

/**
 * Announcements of sessions that left, as they wrote them: moved here in one step, because hooks do not fold. A program that
 * looks at the history of edits does.
 */
export const ENDED_FOLDER = 'hook/edits/ended'

/**
 * Takes a session's announcements out of the room and keeps them for the history. They count for nobody afterwards, also
 * where they cannot be kept.
 */
export function endWork(root: string, { sessionId, name, now }: EndedWork): void {
  const known = isSessionName(name) ? name : ''
  const to = `${ENDED_FOLDER}/${sessionId}+${known}+${Math.trunc(now * 1000).toString(36)}.jsonl`
  if (lstatIfThere(`${root}/${inFlightPath(sessionId)}`) === undefined) return
  const from = insidePath(root, inFlightPath(sessionId))
  try {
    move(root, from, to)
  } catch {
    fs.rmSync(from, { force: true })
  }
}

export interface EndedWork {
  readonly sessionId: string
  /** What it is called, as its record says. */
  readonly name: unknown
  /** Epoch seconds. */
  readonly now: number
}

/** Whose announcements a file of the folder holds. */
export function endedWorkOf(file: string): { readonly sessionId: string; readonly name: string | null } | undefined {
  const [, sessionId, name] = /^([^+]+)\+([^+]*)\+[0-9a-z]+\.jsonl$/.exec(file) ?? []
  return isSafeId(sessionId) ? { sessionId, name: isSessionName(name) ? name : null } : undefined
}

function move(root: string, from: string, to: string): void {
  if (!fs.lstatSync(from).isFile()) throw new Error('no regular file')
  try {
    fs.renameSync(from, insidePath(root, to))
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
    makeFolder(root, ENDED_FOLDER)
    fs.renameSync(from, insidePath(root, to))
  }
}
