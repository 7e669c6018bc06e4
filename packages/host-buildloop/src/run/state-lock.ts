import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '../make-folder.js'
import { failure } from './run-failure.js'

/** How long a holder may take before its lock counts as left behind, and how long a waiter waits. */
const STALE_MS = 30_000
const WAIT_MS = 10_000

const pause = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

/**
 * Runs `work` while holding a lock file, so that processes of one machine take turns. A lock whose process is gone is
 * taken over. Throws an error with code `BUSY` when the holder does not finish in time.
 */
export function withStateLock<T>(path: string, work: () => T): T {
  makeItsFolder(path)
  const deadline = Date.now() + WAIT_MS
  while (!tryLock(path)) {
    removeStale(path)
    if (Date.now() > deadline) throw failure('BUSY', { what: path }, `another process holds ${path}`)
    pause(10 + Math.random() * 10)
  }
  try {
    return work()
  } finally {
    rmSync(path, { force: true })
  }
}

function makeItsFolder(path: string): void {
  try {
    makeFolder(dirname(path))
  } catch (error) {
    throw notStored(error)
  }
}

function notStored(error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error)
  return failure('NOT_STORED', { what: 'run identity', reason }, `the run identity was not stored: ${reason}`)
}

function tryLock(path: string): boolean {
  try {
    const fd = openSync(path, 'wx', 0o600)
    writeSync(fd, String(process.pid))
    closeSync(fd)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw notStored(error)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Moves a dead lock out of the way; when a living one was moved by mistake (its holder was faster), it is put back. */
function removeStale(path: string): void {
  const holder = readHolder(path)
  if (!holder || (holder.age < STALE_MS && (holder.pid === undefined || isAlive(holder.pid)))) return
  const aside = `${path}.${process.pid}.stale`
  try {
    renameSync(path, aside)
    const moved = readHolder(aside)
    if (moved && moved.inode !== holder.inode) linkSync(aside, path)
  } catch {
    // Somebody else was faster.
  } finally {
    rmSync(aside, { force: true })
  }
}

function readHolder(path: string): { pid: number | undefined; age: number; inode: number } | undefined {
  try {
    const stat = statSync(path)
    const pid = Number(readFileSync(path, 'utf8'))
    return { pid: Number.isInteger(pid) && pid > 0 ? pid : undefined, age: Date.now() - stat.mtimeMs, inode: stat.ino }
  } catch {
    return undefined
  }
}
