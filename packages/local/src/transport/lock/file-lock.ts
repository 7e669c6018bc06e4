import { RallyError, reasonOf } from '@rally/core/errors'
import { createPatience } from '@rally/files/patience'
import { keepFile } from '../files/kept-file.js'
import { nap } from '../files/nap.js'
import { type OpenFile, openToUpdate } from '../files/open-regular.js'
import { type Flock, loadFlock } from './flock.js'

/** Longest wait for a lock. The reference gives up after 0.5 s and loses its revision; a write of ours must not be lost. */
const LOCK_WAIT_MS = 5000

/** A holder needs about 0.1 ms: so long a wait stays close to the lock, with naps shorter than a timer's millisecond. */
const CLOSE_MS = 500

export interface FileLock {
  /**
   * Runs `critical` while this process holds the lock. It must be synchronous, so that two tasks of one process, which
   * share the lock, cannot be inside at once. The file is never removed.
   * @throws RallyError BUSY when others hold it for five seconds, LOCK_UNAVAILABLE when locks don't work here
   */
  run<T>(critical: () => T): Promise<T>
  close(): void
}

export interface LockOptions {
  /** Longest wait in milliseconds. */
  readonly waitMs?: number
  /** Use the flock(1) program, even where the native call would work. */
  readonly program?: boolean
}

/** An exclusive lock on a file of the channel, compatible with Python's `fcntl.flock`. Nothing is opened before the first run. */
export function createFileLock(root: string, relative: string, options: LockOptions = {}): FileLock {
  let flock: Flock | undefined
  const kept = keepFile(`${root}/${relative}`, () => openToUpdate(root, relative))
  let held: OpenFile | undefined
  let closed = false

  /** True when taken on the file that now bears the name: the channel may have been removed and made again. */
  const attempt = (): boolean => {
    if (closed) throw new RallyError('CHANNEL_UNUSABLE', { dir: root, reason: 'it is closed' })
    flock ??= loadFlock({ program: options.program ?? false })
    held ??= kept.current()
    if (flock.tryLock(held.fd) !== 'taken') return false
    const before = held
    // Forgotten first: when the file cannot be opened again, nothing is held any more.
    held = undefined
    held = kept.current()
    // Not the numbers of the descriptors: a closed one is given out again at once.
    if (held.ino === before.ino && held.dev === before.dev) return true
    return attempt()
  }

  return {
    async run(critical) {
      await acquire(attempt, { relative, waitMs: options.waitMs ?? LOCK_WAIT_MS })
      try {
        return critical()
      } finally {
        if (held !== undefined) flock?.unlock(held.fd)
      }
    },
    close() {
      closed = true
      held = undefined
      kept.close()
    },
  }
}

async function acquire(attempt: () => boolean, options: { relative: string; waitMs: number }): Promise<void> {
  if (locked(attempt, options.relative)) return
  const patience = createPatience({ limitMs: options.waitMs, now: () => performance.now() })
  for (let tries = 0; ; tries++) {
    const waited = patience()
    if (waited === undefined) throw new RallyError('BUSY', { what: options.relative, waited_ms: options.waitMs })
    if (waited >= CLOSE_MS) await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * 10))
    else {
      // Waking up too often would take the processor from whoever holds the lock.
      nap(0.05 + Math.random() * Math.min(0.1 * 2 ** tries, 2))
      // Now and then the event loop gets its turn.
      if (tries % 8 === 7) await new Promise(setImmediate)
    }
    if (locked(attempt, options.relative)) return
  }
}

function locked(attempt: () => boolean, relative: string): boolean {
  try {
    return attempt()
  } catch (error) {
    // An error of the operating system, or one that says what to do.
    if ((error as { code?: unknown }).code !== undefined) throw error
    throw new RallyError('LOCK_UNAVAILABLE', { path: relative, reason: reasonOf(error) }, { cause: error })
  }
}
