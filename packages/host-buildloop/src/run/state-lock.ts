import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { errorCode } from '@rally/files/error-code'
import { type LockHolder, lockHolder, tryLockFile } from '@rally/files/lock-file'
import { makeFolder } from '@rally/files/make-folder'
import { createPatience } from '@rally/files/patience'
import { failure } from './run-failure.js'

/** How long a waiter waits for one holder, in milliseconds. */
const WAIT_MS = 10_000

const pause = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

/**
 * Runs `work` while holding a lock file, so that processes of one machine take turns. A lock whose process is gone is
 * taken over. Throws an error with code `BUSY` when one holder does not finish in time.
 */
export function withStateLock<T>(path: string, work: () => T): T {
  makeItsFolder(path)
  const patience = createPatience({ limitMs: WAIT_MS, now: () => performance.now() })
  for (;;) {
    const release = tryLock(path)
    if (release !== undefined) {
      try {
        return work()
      } finally {
        release()
      }
    }
    if (patience(lockHolder(path)) === undefined) throw failure('BUSY', { what: path }, `another process holds ${path}`)
    pause(10 + Math.random() * 10)
  }
}

function tryLock(path: string): (() => void) | undefined {
  const holder: LockHolder = { pid: process.pid, unique: randomBytes(8).toString('hex'), now: Date.now, isAlive }
  try {
    return tryLockFile(path, holder)
  } catch (error) {
    throw notStored(error)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
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
