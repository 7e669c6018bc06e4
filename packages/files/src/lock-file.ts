import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { errorCode } from './error-code.js'

export interface LockHolder {
  readonly pid: number
  /** A word that no other call on this machine gets. */
  readonly unique: string
  /** Milliseconds since the epoch. */
  now(): number
  /** Whether a process of this machine is alive. */
  isAlive(pid: number): boolean
}

/** Milliseconds. What is done under a lock takes a few; a holder that is older than this, or dead, has left its lock behind. */
const STALE_MS = 30_000

/**
 * Tries once to take a lock file, in a folder that exists; answers what gives it back, undefined while somebody holds it. A lock
 * that was left behind is taken away. Giving back removes this holder's own lock, never one that another took meanwhile.
 * @throws the file system's error
 */
export function tryLockFile(path: string, holder: LockHolder): (() => void) | undefined {
  const token = `${holder.pid} ${holder.unique}`
  try {
    const fd = openSync(path, 'wx', 0o600)
    writeSync(fd, token)
    closeSync(fd)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    dropStaleLock(path, holder)
    return undefined
  }
  return () => {
    if (lockHolder(path) === token) rmSync(path, { force: true })
  }
}

/**
 * Takes away a lock that was left behind; any other stays. Moved first and looked at then, so that a lock taken in between can be put
 * back.
 */
export function dropStaleLock(path: string, holder: LockHolder): void {
  const seen = lockHolder(path)
  if (seen === undefined || !isStale(path, seen, holder)) return
  const aside = `${path}.${holder.unique}`
  try {
    renameSync(path, aside)
    if (lockHolder(aside) !== seen) linkSync(aside, path)
  } catch {
    // Somebody else was faster.
  } finally {
    rmSync(aside, { force: true })
  }
}

function isStale(path: string, token: string, holder: LockHolder): boolean {
  const pid = Number.parseInt(token, 10)
  if (Number.isSafeInteger(pid) && pid > 0 && !holder.isAlive(pid)) return true
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats !== undefined && holder.now() - stats.mtimeMs > STALE_MS
}

/** A word for whoever holds a lock file, another one for each holder; undefined when nobody does. */
export function lockHolder(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
