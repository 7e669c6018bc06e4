import { dirname } from 'node:path'
import { type LockHolder, lockHolder, tryLockFile } from '@rally/files/lock-file'
import { makeFolder } from '@rally/files/make-folder'
import { createPatience } from '@rally/files/patience'
import { Refused } from './refusal.js'
import type { Surroundings } from './surroundings.js'
import { codeOf } from './target-file.js'

/** Milliseconds. */
const PATIENCE = 5_000
const PAUSE = 20

/**
 * Runs `work` while this process alone holds the lock file. The lock only keeps two rallies apart: a host that writes its own
 * settings does not know it, which is why the hash is compared again before a file is replaced.
 * Throws Refused `busy` when one holder keeps it for five seconds, `unwritable` when the lock can't be made.
 */
export async function withLock<T>(path: string, surroundings: Surroundings, work: () => T): Promise<T> {
  const patience = createPatience({ limitMs: PATIENCE, now: () => surroundings.now() })
  for (;;) {
    const release = tryLock(path, surroundings)
    if (release !== undefined) {
      try {
        return work()
      } finally {
        release()
      }
    }
    if (patience(lockHolder(path)) === undefined)
      throw new Refused({ code: 'busy', message: 'another rally is writing it' })
    await new Promise((resolve) => setTimeout(resolve, PAUSE))
  }
}

function tryLock(path: string, surroundings: Surroundings): (() => void) | undefined {
  makeLockFolder(dirname(path))
  try {
    return tryLockFile(path, holderOf(surroundings))
  } catch (error) {
    throw cannotKeep(dirname(path), codeOf(error))
  }
}

/** This process as the holder of a lock. */
export function holderOf(surroundings: Surroundings): LockHolder {
  return {
    pid: surroundings.pid,
    unique: surroundings.unique(),
    now: () => surroundings.now(),
    isAlive: (pid) => surroundings.isAlive(pid),
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
  return new Refused({
    code: 'unwritable',
    message: `rally cannot keep its notes in ${folder}: ${reason}`,
    errno: reason,
  })
}
