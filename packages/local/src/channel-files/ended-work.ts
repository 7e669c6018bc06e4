import fs from 'node:fs'
import { isSafeId } from '@rally/core/ids'
import { foldPath, IN_FLIGHT_SECS, type InFlight } from '@rally/core/moments'
import { isSessionName } from '@rally/core/rules/roster/session-names'
import { lstatIfThere } from '../system/facts.js'
import { appendLine } from '../transport/files/append-line.js'
import { errnoOf } from '../transport/files/errno.js'
import { insidePath, makeFolder } from '../transport/files/open-regular.js'
import { claimLine } from './claim-line.js'
import { gitLinesIn } from './git-lines.js'
import {
  IN_FLIGHT_FOLDER,
  inFlightFiles,
  inFlightPath,
  LEFT_FILE,
  readAnnouncements,
  readOwnWork,
} from './inflight-log.js'

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
  leaveBehind(root, sessionId, now)
  try {
    move(root, from, to)
  } catch {
    fs.rmSync(from, { force: true })
  }
}

/**
 * Leaves what others had announced, too, and what it said of branches a moment ago: they are to hear who changed it. Before the
 * announcements go, so that whoever looks meanwhile finds one of both.
 */
function leaveBehind(root: string, sessionId: string, now: number): void {
  try {
    const { all = [] } = readOwnWork(root, sessionId, now)
    const parent = all[0]?.parent
    const isOthers = (name: string) =>
      name !== `${sessionId}.jsonl` && name !== `${parent}.jsonl` && !name.startsWith(`${sessionId}.`)
    const others = inFlightFiles(root)
      .filter(isOthers)
      .map((name) => foldPath(readAnnouncements(root, `${IN_FLIGHT_FOLDER}/${name}`), true))
    // Nobody else had announced a file that stands in a line without a time.
    const isShared = ({ path, untimed }: InFlight) =>
      untimed !== true && others.some((text) => text.includes(foldPath(JSON.stringify(path), true)))
    const lines = all
      .filter(isShared)
      .map(({ tool, worktree, tree, path, since, last }) =>
        claimLine({ sessionId, tool, parent }, { worktree: worktree ?? '', tree, files: [{ path, since }] }, last),
      )
    const git =
      others.length === 0 ? [] : gitLinesIn(readAnnouncements(root, inFlightPath(sessionId)), now - IN_FLIGHT_SECS)
    if (lines.length + git.length > 0)
      appendLine(
        root,
        `${IN_FLIGHT_FOLDER}/${LEFT_FILE}`,
        Buffer.concat([...lines, ...git.map(({ line }) => Buffer.from(line))]),
        { synced: false },
      )
  } catch {
    // A full disk, or a folder that may only be read: they do not hear who it was.
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
