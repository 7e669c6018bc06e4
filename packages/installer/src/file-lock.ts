import { closeSync, linkSync, openSync, readFileSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from './make-folder.js'
import { Refused } from './refusal.js'
import type { Surroundings } from './surroundings.js'
import { codeOf } from './target-file.js'

/** Milliseconds. Changing a file takes a few; a holder that is older than this or dead has left its lock behind. */
const STALE = 30_000
const PATIENCE = 5_000
const PAUSE = 20

/**
 * Runs `work` while this process alone holds the lock file. The lock only keeps two rallies apart: a host that writes its own
 * settings does not know it, which is why the hash is compared again before a file is replaced.
 * Throws Refused `busy` after five seconds, `unwritable` when the lock can't be made.
 */
export async function withLock<T>(path: string, surroundings: Surroundings, work: () => T): Promise<T> {
  const token = `${surroundings.pid} ${surroundings.unique()}`
  const end = surroundings.now() + PATIENCE
  while (!tryLock(path, token, surroundings)) {
    if (surroundings.now() > end) throw new Refused({ code: 'busy', message: 'another rally is writing it' })
    await new Promise((resolve) => setTimeout(resolve, PAUSE))
  }
  try {
    return work()
  } finally {
    if (readLock(path) === token) unlinkSync(path)
  }
}

function tryLock(path: string, token: string, surroundings: Surroundings): boolean {
  makeLockFolder(dirname(path))
  try {
    const fd = openSync(path, 'wx', 0o600)
    writeSync(fd, token)
    closeSync(fd)
    return true
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw cannotKeep(dirname(path), codeOf(error))
    clearStale(path, surroundings)
    return false
  }
}

/** Apart from the lock itself: a file in the folder's place is no other holder that could be waited for. */
function makeLockFolder(folder: string): void {
  try {
    makeFolder(folder, { mode: 0o700 })
  } catch (error) {
    throw cannotKeep(folder, codeOf(error) === 'EEXIST' ? 'ENOTDIR' : codeOf(error))
  }
}

function cannotKeep(folder: string, reason: string): Refused {
  return new Refused({ code: 'unwritable', message: `rally cannot keep its notes in ${folder}: ${reason}` })
}

/** Moves a lock away whose holder is gone. Moved first and looked at then, so that a lock taken in between can be put back. */
function clearStale(path: string, surroundings: Surroundings): void {
  const seen = readLock(path)
  if (seen === undefined || !isStale(path, seen, surroundings)) return
  const aside = `${path}.${surroundings.unique()}`
  try {
    renameSync(path, aside)
    if (readLock(aside) !== seen) linkSync(aside, path)
    unlinkSync(aside)
  } catch {}
}

function isStale(path: string, token: string, surroundings: Surroundings): boolean {
  const pid = Number.parseInt(token, 10)
  if (Number.isSafeInteger(pid) && pid > 0 && !surroundings.isAlive(pid)) return true
  try {
    return surroundings.now() - statSync(path).mtimeMs > STALE
  } catch {
    return false
  }
}

function readLock(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
