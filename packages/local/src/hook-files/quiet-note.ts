import fs from 'node:fs'
import { join } from 'node:path'
import { isSafeId } from '@rally/core/ids'
import { type JsonObject, num, obj } from '@rally/core/readers'
import { withChecksum } from '../system/checksum.js'
import { isSettled } from '../system/facts.js'
import { makeFolders } from '../system/make-folder.js'
import { isOwnFolder } from '../system/own-folder.js'
import { errorCode } from '../system/small-file.js'
import { cacheDir, type Env } from '../system/user-dirs.js'
import { readNames } from '../transport/files/read-names.js'
import { writeAtomically } from '../transport/files/write-atomically.js'
import { journalPath } from './hook-journal.js'

/**
 * What lets a hook answer an edit that was quiet a moment ago without looking around once more: what the host said then, and
 * which facts of which files there was nothing to say and nothing to write under. A note a session, in the user's cache
 * folder; it may be deleted at any time. Read by the starter of hooks, before anything else is loaded: a file that is written
 * here and read there is the only thing that both know of the other.
 */
const FOLDER = 'quiet'
/** So many edits are remembered for a session, the newest ones. */
const MOST_EDITS = 8
/**
 * Texts of a payload that are kept are names: of a session, a tool, a file. With anything longer or of several lines (a patch)
 * nothing of the payload is kept, and the edit is only recognised by what the adapter makes of it.
 */
const LONGEST_NAME = 400
const MOST_VALUES = 40
const LONGEST_MOMENT = 4_000
const OLD_SECS = 24 * 3600

/** What the hot path reads of its environment beside what an adapter reads; one that differs asks for a look of its own. */
export const HOT_VARIABLES = [
  ...(['HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME'] as const),
  ...(['AGENT_RALLY_APPS_ROOT', 'BUILD_LOOP_APPS_ROOT'] as const),
  ...(['GIT_DIR', 'GIT_COMMON_DIR', 'GIT_WORK_TREE', 'GIT_OBJECT_DIRECTORY', 'GIT_CEILING_DIRECTORIES'] as const),
] as const

/** What identifies the content of a file: inode, size, time of change in epoch milliseconds. Null: nothing stands there. */
export type Fact = readonly [ino: number, size: number, ctimeMs: number] | null

/** What the starter saw of a note's files before anything else was looked at. */
export interface SeenNote {
  /** Absolute paths, in the order of `facts`. */
  readonly paths: readonly string[]
  readonly facts: readonly Fact[]
  /** When that was, and when the youngest of the files was changed; epoch milliseconds. */
  readonly at: number
  readonly changed: number
  /** Whether the files are as they were when the note was written. */
  readonly stands: boolean
  /** As they stood in the note. */
  readonly edits: readonly unknown[]
}

/** Names of variables and their values in turn, null for one that is not set. */
export type Variables = readonly (string | null)[]

/** A value in a payload by its path; without a value: there was none. `{}` and `[]` stand for any object and any list. */
export type PayloadValue = readonly [path: readonly string[], value?: unknown]

/** What an adapter read of a call to make a moment of it: the same again makes the same moment. */
export interface CallReads {
  readonly payload: readonly PayloadValue[]
  readonly env: Variables
}

/** A call of a hook that the host may make again. */
export interface NotedCall {
  readonly event: string
  /** The moment as JSON. */
  readonly moment: string
  readonly reads: CallReads
  /** The host's empty answer. */
  readonly stdout: string
}

/** What came of an edit. */
export interface EditOutcome {
  readonly host: string
  /** The id of the host's session, which a subagent shares. */
  readonly sessionId: string
  /** All files that the answer depended on. */
  readonly paths: readonly string[]
  readonly call: () => NotedCall | undefined
  /** Set when nothing was to be said and nothing to be written: from and until when that holds, epoch seconds. */
  readonly quiet?: { readonly from: number; readonly until: number } | undefined
}

/** Whether the same moment was quiet under the facts that still hold. `now` in epoch seconds. */
export function isStillQuiet(seen: SeenNote, moment: string, now: number): boolean {
  return (
    seen.stands &&
    seen.edits.some((value) => {
      const edit = obj(value)
      return edit.moment === moment && (num(edit.from) ?? now + 1) <= now && now < (num(edit.until) ?? 0)
    })
  )
}

/**
 * Notes an answer, best effort. Only what was seen before the answer counts, and only where no file can have changed unseen
 * since; without that the note just names the files, so that the next hook looks at them in time.
 */
export function writeQuietNote(env: Env, seen: SeenNote | undefined, outcome: EditOutcome): void {
  try {
    const { host, sessionId, paths, call, quiet } = outcome
    if (noteFolder(env) === undefined || !isSafeId(sessionId)) return
    const isSame = seen?.paths.length === paths.length && paths.every((path, i) => path === seen.paths[i])
    if (isSame && (quiet === undefined || !isSettled(seen.changed, seen.at))) return
    const made = call()
    if (made === undefined || made.moment.length > LONGEST_MOMENT) return
    const isKnown = isSame && quiet !== undefined
    const known = isKnown ? { facts: seen.facts, edits: editsOf(seen, { ...made, ...quiet }) } : { edits: [] }
    const note = { env: valuesOf(env, HOT_VARIABLES), journal: journalPath(env), paths, ...known }
    store(env, nameOf(host, sessionId), note)
  } catch {
    // No home, no space, no permission: the next hook looks around as this one did.
  }
}

/** The session is over. */
export function removeQuietNote(env: Env, host: string, sessionId: string): void {
  const folder = noteFolder(env)
  if (folder !== undefined && isSafeId(sessionId)) fs.rmSync(join(folder, nameOf(host, sessionId)), { force: true })
}

/** Takes away the notes of sessions that ended without a word. */
export function removeOldNotes(env: Env, now: number): void {
  const folder = noteFolder(env)
  if (folder === undefined) return
  for (const name of readNames(folder)) {
    const stats = fs.lstatSync(join(folder, name), { throwIfNoEntry: false })
    if (stats !== undefined && now - stats.mtimeMs / 1000 > OLD_SECS) fs.rmSync(join(folder, name), { force: true })
  }
}

/** The values of variables as a note keeps them. */
function valuesOf(env: Env, names: readonly string[]): Variables {
  return names.flatMap((name) => [name, env[name] ?? null])
}

function editsOf(seen: SeenNote, { reads, ...edit }: NotedCall & { from: number; until: number }): JsonObject[] {
  const before = seen.stands ? seen.edits.map(obj).filter(({ moment }) => moment !== edit.moment) : []
  return [...before.slice(1 - MOST_EDITS), { ...edit, ...(isOfNames(reads) ? reads : {}) }]
}

function isOfNames({ payload }: CallReads): boolean {
  const texts = payload.flatMap(([, value]) => (typeof value === 'string' ? [value] : []))
  return payload.length <= MOST_VALUES && texts.every((text) => text.length <= LONGEST_NAME && !text.includes('\n'))
}

function nameOf(host: string, sessionId: string): string {
  return `${host}.${sessionId}.json`
}

function noteFolder(env: Env): string | undefined {
  return env.HOME || env.XDG_CACHE_HOME ? join(cacheDir(env), FOLDER) : undefined
}

function store(env: Env, name: string, note: object): void {
  const text = withChecksum(JSON.stringify(note))
  const write = () => {
    if (!isOwnFolder(cacheDir(env)) && fs.existsSync(cacheDir(env))) return
    writeAtomically(cacheDir(env), `${FOLDER}/${name}`, { text, synced: false })
  }
  try {
    write()
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    makeFolders(cacheDir(env), 1)
    write()
  }
}
