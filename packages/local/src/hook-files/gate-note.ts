import fs from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isSafeId } from '@rally/core/ids'
import { PRESENCE_KEEP_SECS, PRESENCE_REFRESH_SECS } from '@rally/core/moments/presence-plan'
import { makeFolders } from '../system/make-folder.js'
import { isOwnFolder } from '../system/own-folder.js'
import { cacheDir, type Env } from '../system/user-dirs.js'
import { readNames } from '../transport/files/read-names.js'
import { readText } from '../transport/files/read-text.js'
import { writeAtomically } from '../transport/files/write-atomically.js'

/**
 * Notes for the gate, the shell script in front of the program (the head of cli's bin/rally-hook.cjs): under which tests an event of
 * a session has nothing to say. `gate/<host>.<key of the session's id>.<event>/<session id>` in the user's cache folder; may be deleted
 * at any time. The note's own time of change is when the program began to look. Beside it, with the session's id in front:
 *
 * - `+1` to `+9`, empty: their times of change are when the session's record is to be written again; at the last one the note ends.
 *   Where the gate cannot write it there is only the last.
 * - `+record`: a second name of the record as the program wrote it, for as long as nobody else replaced it. Its first bytes are
 *   times of a fixed length (see presence-file.ts), which the gate overwrites.
 * - `+kept` (`+kept+` for a shell command), `+now`: when the gate did that last, and when it was asked last.
 * - `+more`: there when the gate announced a file that the record does not name.
 * - `+names`: what records of others name that their sessions did not announce, as it was at the note's time.
 */
const FOLDER = 'gate'
const OLD_SECS = 24 * 3600
/** Clocks of file systems are coarse, some keep whole seconds, and a server's may differ: what changed so shortly (ms) before a look counts as later. */
const BLUR_MS = 2000

/** So many times are set, one digit each. */
const MARKS = 9
/** How a record begins that the gate may keep young. */
const KEPT_HEAD = /^\{"heartbeat_ts":\d{10}\.\d{3},"last_seen":\d{10}\.\d{3},/

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
  /** Lines of JSON texts: what records of others name. */
  readonly names: string
  /** From when (epoch seconds) the looks count on which it is based. */
  readonly from: number
  readonly record: KeptRecord
}

/** The record of a session that its gate keeps young. */
export interface KeptRecord {
  readonly path: string
  /** When it was written, epoch seconds. */
  readonly at: number
}

/** Whether a word can stand in the name of a note's folder. */
const WORD = /^[A-Za-z0-9_-]+$/

/** Writes a note, best effort: without one the program is started. */
export function writeGateNote(env: Env, { tests, names, from, record, ...note }: GateNote): void {
  const { host, event, key, sessionId, answer } = note
  const cache = cacheDir(env)
  const isNamed = [host, event, key].every((word) => WORD.test(word)) && isSafeId(sessionId)
  const before = ['rally gate 4', `env ${VARIABLES.map((name) => env[name] ?? '').join('|')}`]
  const lines = [...before, ...tests, `answer ${answer}`]
  if (!isNamed || lines.some((line) => line.includes('\n')) || !(env.HOME || env.XDG_CACHE_HOME)) return
  makeFolders(cache, 1)
  if (!isOwnFolder(cache)) return
  if (!canReadAtOnce()) writeAtomically(cache, `${FOLDER}/+wait`, { text: '', synced: false })
  const folder = `${FOLDER}/${host}.${key}.${event}`
  // The same for all sessions, nearly always: looking costs less than writing.
  if (readText(cache, `${folder}/+answer`)?.text !== `${answer}\n`)
    writeAtomically(cache, `${folder}/+answer`, { text: `${answer}\n`, synced: false })
  const path = join(cache, folder, sessionId)
  if (names !== '') writeAtomically(cache, `${folder}/${sessionId}+names`, { text: names, synced: false })
  else fs.rmSync(`${path}+names`, { force: true })
  fs.rmSync(`${path}+more`, { force: true })
  setTimes(path, record)
  const begins = from - BLUR_MS / 1000
  writeAtomically(cache, `${folder}/${sessionId}`, { text: `${lines.join('\n')}\n`, synced: false })
  fs.utimesSync(path, begins, begins)
}

/** When the record is to be written again, from the time on at which it was. */
function setTimes(note: string, { path, at }: KeptRecord): void {
  const isKept = keep(path, `${note}+record`)
  for (let mark = isKept ? 1 : MARKS; mark <= MARKS; mark++) {
    const time = at + (isKept ? mark * PRESENCE_KEEP_SECS : PRESENCE_REFRESH_SECS)
    const file = `${note}+${mark}`
    fs.rmSync(file, { force: true })
    fs.writeFileSync(file, '', { flag: 'wx' })
    fs.utimesSync(file, time, time)
  }
}

/**
 * Gives a record a second name, in a folder of the user's own. What is there must be the record: the room is not trusted, and
 * its files may have been replaced by links. False where it cannot be done, on another file system for example.
 */
function keep(record: string, second: string): boolean {
  try {
    fs.rmSync(second, { force: true })
    fs.linkSync(record, second)
    if (KEPT_HEAD.test(readText(dirname(second), basename(second))?.text ?? '')) return true
  } catch {
    // The program writes the record.
  }
  fs.rmSync(second, { force: true })
  return false
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

/** The record of the session was written anew: its notes hold for longer. */
export function prolongGates(env: Env, host: string, sessionId: string, record: KeptRecord): void {
  for (const note of notesOf(env, host, sessionId)) if (fs.existsSync(note)) setTimes(note, record)
}

/** From here on every event of the session starts the program. */
export function closeGate(env: Env, host: string, sessionId: string): void {
  for (const note of notesOf(env, host, sessionId)) {
    if (!fs.existsSync(note) && !fs.existsSync(`${note}+${MARKS}`)) continue
    fs.rmSync(note, { force: true })
    const others = readNames(dirname(note)).filter((name) => name.startsWith(`${sessionId}+`))
    for (const name of others) fs.rmSync(join(dirname(note), name), { force: true })
  }
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
