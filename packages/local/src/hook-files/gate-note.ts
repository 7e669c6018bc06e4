import fs from 'node:fs'
import { join } from 'node:path'
import { isSafeId } from '@rally/core/ids'
import { makeFolders } from '../system/make-folder.js'
import { isOwnFolder } from '../system/own-folder.js'
import { cacheDir, type Env } from '../system/user-dirs.js'
import { readNames } from '../transport/files/read-names.js'
import { readText } from '../transport/files/read-text.js'
import { writeAtomically } from '../transport/files/write-atomically.js'

/**
 * Notes for the gate, the shell script in front of the program (the head of cli's bin/rally-hook.cjs): under which tests an event of
 * a session has nothing to say. `gate/<host>.<key of the session's id>.<event>/<session id>` in the user's cache folder; may be deleted
 * at any time. The note's own time of change is when the program began to look, that of `<session id>+until` when the note ends.
 */
const FOLDER = 'gate'
const OLD_SECS = 24 * 3600
/** Clocks of file systems are coarse, some keep whole seconds, and a server's may differ: what changed so shortly (ms) before a look counts as later. */
const BLUR_MS = 2000

/** What the gate compares of its environment, in the order in which it does. */
const VARIABLES = [
  ...(['HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME'] as const),
  ...(['AGENT_RALLY_APPS_ROOT', 'BUILD_LOOP_APPS_ROOT'] as const),
  ...(['GIT_DIR', 'GIT_COMMON_DIR', 'GIT_WORK_TREE', 'GIT_OBJECT_DIRECTORY', 'GIT_CEILING_DIRECTORIES'] as const),
] as const

export interface GateNote {
  readonly host: string
  readonly event: string
  /** The key that names the session in a payload. */
  readonly key: string
  readonly sessionId: string
  /** What the host takes for nothing. */
  readonly answer: string
  /** One test a line; see the gate. */
  readonly tests: readonly string[]
  /** From when (epoch seconds) the looks count on which it is based, and until when nothing of the session's own is due. */
  readonly from: number
  readonly until: number
}

/** Whether a word can stand in the name of a note's folder. */
const WORD = /^[A-Za-z0-9_-]+$/

/** Writes a note, best effort: without one the program is started. */
export function writeGateNote(env: Env, { host, event, key, sessionId, answer, tests, from, until }: GateNote): void {
  const cache = cacheDir(env)
  const isNamed = [host, event, key].every((word) => WORD.test(word)) && isSafeId(sessionId)
  const before = ['rally gate 2', `env ${VARIABLES.map((name) => env[name] ?? '').join('|')}`]
  const lines = [...before, ...tests, `answer ${answer}`]
  if (!isNamed || lines.some((line) => line.includes('\n')) || !(env.HOME || env.XDG_CACHE_HOME)) return
  makeFolders(cache, 1)
  if (!isOwnFolder(cache)) return
  if (!canReadAtOnce()) writeAtomically(cache, `${FOLDER}/+wait`, { text: '', synced: false })
  const folder = `${FOLDER}/${host}.${key}.${event}`
  // The same for all sessions, nearly always: looking costs less than writing.
  if (readText(cache, `${folder}/+answer`)?.text !== `${answer}\n`)
    writeAtomically(cache, `${folder}/+answer`, { text: `${answer}\n`, synced: false })
  const ends = writeAtomically(cache, `${folder}/${sessionId}+until`, { text: '', synced: false })
  fs.utimesSync(ends, until, until)
  const begins = from - BLUR_MS / 1000
  const note = join(cache, folder, sessionId)
  writeAtomically(cache, `${folder}/${sessionId}`, { text: `${lines.join('\n')}\n`, synced: false })
  fs.utimesSync(note, begins, begins)
}

/** Whether `dd` can be told not to wait for a host that writes late: GNU's can. */
function canReadAtOnce(): boolean {
  try {
    const dd = ['/usr/bin/dd', '/bin/dd'].find((path) => fs.existsSync(path))
    return process.platform === 'linux' && dd !== undefined && !fs.realpathSync(dd).includes('busybox')
  } catch {
    return false
  }
}

/** The record of the session was written anew: nothing of its own is due before `until` (epoch seconds). */
export function prolongGates(env: Env, host: string, sessionId: string, until: number): void {
  const ends = notesOf(env, host, sessionId).map((note) => `${note}+until`)
  for (const end of ends.filter((path) => fs.existsSync(path))) fs.utimesSync(end, until, until)
}

/** From here on every event of the session starts the program. */
export function closeGate(env: Env, host: string, sessionId: string): void {
  for (const note of notesOf(env, host, sessionId))
    for (const end of ['', '+until', '+now']) fs.rmSync(note + end, { force: true })
}

/** Where the notes of a session are, or would be: one for each event. */
function notesOf(env: Env, host: string, sessionId: string): string[] {
  if (!isSafeId(sessionId)) return []
  const folders = foldersOf(env).filter((folder) => folder.startsWith(`${host}.`))
  return folders.map((folder) => join(cacheDir(env), FOLDER, folder, sessionId))
}

/** Takes away the notes of sessions that ended without a word. */
export function removeOldGates(env: Env, now: number): void {
  for (const folder of foldersOf(env)) {
    const path = join(cacheDir(env), FOLDER, folder)
    for (const name of readNames(path)) {
      const stats = fs.lstatSync(join(path, name), { throwIfNoEntry: false })
      if (stats !== undefined && now - stats.mtimeMs / 1000 > OLD_SECS) fs.rmSync(join(path, name), { force: true })
    }
  }
}

function foldersOf(env: Env): string[] {
  return env.HOME || env.XDG_CACHE_HOME ? readNames(join(cacheDir(env), FOLDER)) : []
}
