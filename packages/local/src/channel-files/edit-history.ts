import fs from 'node:fs'
import { isSafeId } from '@rally/core/ids'
import type { EditStretch } from '@rally/core/model/edit-stretch'
import type { EditQuery } from '@rally/core/ports/history'
import { text } from '@rally/core/readers'
import { lstatIfThere } from '../system/facts.js'
import { appendLine } from '../transport/files/append-line.js'
import { readEnd } from '../transport/files/read-end.js'
import { readNames } from '../transport/files/read-names.js'
import { presenceName } from '../transport/sessions/presence-file.js'
import { DAY, dayPath, daysOf, type Kept, MOST_KEPT_BYTES, removeOldEdits } from './edit-days.js'
import { editLine, foldAnnouncements, parseEditLine } from './edit-lines.js'
import { ENDED_FOLDER, endedWorkOf } from './ended-work.js'
import { FileMemo } from './file-memo.js'
import { IN_FLIGHT_FOLDER, inFlightFiles } from './inflight-log.js'
import { listNames } from './name-files.js'
import { readPresence } from './presence-records.js'
import { withTimes } from './untimed-lines.js'

/** A file of announcements that changed so shortly ago (seconds) may still be written to. */
const SETTLED_SECS = 60
/** So much of one file of announcements is read, its end. */
const MOST_BYTES = 16 << 20

/**
 * Folds the announcements of sessions that ended, and takes away what is too old. May be interrupted and may run twice at the
 * same time: a file goes after its lines were stored, and equal lines count once. Best effort.
 */
export function foldEdits(root: string, { now, days }: Kept): void {
  const oldest = now - days * DAY
  for (const { path, edits } of endedWork(root, { settledAt: now - SETTLED_SECS })) {
    try {
      for (const [day, lines] of linesByDay(edits.filter(({ last }) => last >= oldest))) {
        appendLine(root, dayPath(day), Buffer.from(lines.join('')), { synced: false })
      }
      fs.rmSync(`${root}/${path}`, { force: true })
    } catch {
      // A full disk, or a folder that may only be read: the announcements stay where they are.
    }
  }
  removeOldEdits(root, { now, days })
}

/** What was read of sessions that are here: announcements, and the names in their records. */
export interface EditMemo {
  readonly edits: FileMemo<readonly EditStretch[]>
  readonly names: FileMemo<string | undefined>
}

export function newEditMemo(): EditMemo {
  return { edits: new FileMemo(), names: new FileMemo() }
}

/** What the history knows, and what goes on now; by the last edit, oldest first. Writes nothing. */
export function readEdits(root: string, query: EditQuery, memo?: EditMemo): EditStretch[] {
  if (query.present !== undefined) {
    const edits = presentWork(root, query, memo).flatMap(({ edits }) => edits)
    return newest(
      edits.filter((edit) => isWanted(edit, query)),
      query,
    )
  }
  const found = [...endedWork(root), ...presentWork(root, query, memo)].flatMap(({ edits }) => edits)
  const wanted = found.filter((edit) => isWanted(edit, query))
  const known = new Set(found.filter(({ last }) => last >= query.since).map(editLine))
  for (const line of storedLines(root, query)) {
    if (known.has(line)) continue
    known.add(line)
    const edit = parseEditLine(line)
    if (edit !== undefined && isWanted(edit, query)) wanted.push(edit)
  }
  return newest(wanted, query)
}

function newest(edits: EditStretch[], { limit }: EditQuery): EditStretch[] {
  edits.sort((a, b) => a.last - b.last)
  return limit === undefined ? edits : edits.slice(Math.max(0, edits.length - limit))
}

function isWanted(edit: EditStretch, { since, until = Number.POSITIVE_INFINITY, paths, matches }: EditQuery): boolean {
  if (edit.last < since || edit.since > until) return false
  return (paths === undefined || paths.includes(edit.path)) && (matches === undefined || matches(edit))
}

interface Work {
  /** Relative to the channel. */
  readonly path: string
  readonly edits: readonly EditStretch[]
}

function* endedWork(root: string, { settledAt = Number.POSITIVE_INFINITY } = {}): Generator<Work> {
  for (const file of readNames(`${root}/${ENDED_FOLDER}`)) {
    const ended = endedWorkOf(file)
    const path = `${ENDED_FOLDER}/${file}`
    const stats = ended && lstatIfThere(`${root}/${path}`)
    if (ended === undefined || stats === undefined || stats.mtimeMs / 1000 > settledAt) continue
    yield { path, edits: foldAnnouncements(readLines(root, path), ended.sessionId, ended.name) }
  }
}

/** Announcements of sessions that are, or were a moment ago, in the room. */
function presentWork(root: string, { since, present }: EditQuery, memo: EditMemo = newEditMemo()): Work[] {
  const names = present?.filter(isSafeId).map((id) => `${id}.jsonl`) ?? inFlightFiles(root)
  if (names.length === 0) return []
  let held: ReadonlyMap<string, string> | undefined
  const heldName = (sessionId: string): string | undefined => {
    held ??= new Map(listNames(root).map(({ session_id, name }) => [session_id, name]))
    return held.get(sessionId)
  }
  return names.flatMap((file) => {
    const path = `${IN_FLIGHT_FOLDER}/${file}`
    const stats = lstatIfThere(`${root}/${path}`)
    if (stats === undefined || stats.mtimeMs / 1000 < since - SETTLED_SECS) return []
    const sessionId = file.slice(0, -'.jsonl'.length)
    const edits = memo.edits.of(`${root}/${path}`, () => foldAnnouncements(readLines(root, path), sessionId, null))
    const late = edits.filter(({ last }) => last >= since)
    if (late.length === 0) return []
    const ownName = memo.names.of(`${root}/${presenceName(sessionId)}`, () => text(readPresence(root, sessionId)?.name))
    const name = ownName ?? heldName(sessionId) ?? null
    return [{ path, edits: late.map((edit) => ({ ...edit, name })) }]
  })
}

/** Lines of the history that may be asked for, chosen by their text; with a limit no more than the newest ones that fit. */
function storedLines(root: string, { since, paths, matches, limit }: EditQuery): string[] {
  const needles = paths?.map((path) => `"f":${JSON.stringify(path)},`)
  // What a function says yes to can only be counted once it was asked.
  const most = matches === undefined ? (limit ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY
  let lines: { last: number; line: string }[] = []
  for (const day of daysOf(root).reverse()) {
    if ((day + 1) * DAY <= since) break
    if (lines.length >= most && (lines[0]?.last ?? 0) >= (day + 1) * DAY) break
    for (const line of linesOf(readLines(root, dayPath(day), MOST_KEPT_BYTES))) {
      const last = lastOf(line)
      if (last >= since && (needles?.some((needle) => line.includes(needle)) ?? true)) lines.push({ last, line })
    }
    if (lines.length > most) {
      lines.sort((a, b) => a.last - b.last)
      lines = lines.slice(-2 * most)
    }
  }
  return lines.map(({ line }) => line)
}

function lastOf(line: string): number {
  return line.startsWith('{"z":') ? Number.parseFloat(line.slice(5, 32)) : Number.NEGATIVE_INFINITY
}

function* linesOf(text: string): Generator<string> {
  let start = 0
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    yield text.slice(start, end + 1)
    start = end + 1
  }
}

function linesByDay(edits: readonly EditStretch[]): Map<number, string[]> {
  const days = new Map<number, string[]>()
  for (const edit of edits) {
    const day = Math.floor(edit.last / DAY)
    days.set(day, [...(days.get(day) ?? []), editLine(edit)])
  }
  return days
}

function readLines(root: string, path: string, most = MOST_BYTES): string {
  const end = readEnd(root, path, most)
  return end === undefined ? '' : withTimes(end.text, (lstatIfThere(`${root}/${path}`)?.mtimeMs ?? 0) / 1000)
}
