/** Resolves after so many seconds, or at once when the signal aborts. */
export function wait(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve()
      return
    }
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, seconds * 1000)
    signal.addEventListener('abort', done, { once: true })
  })
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/**
 * Runs something that goes on until it ends by itself or is told to stop: the signals of a terminal and of a service manager
 * abort it, and the process then ends with the exit code that belongs to the signal.
 */
export async function untilStopped(run: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController()
  const abort = (exit: number) => {
    process.exitCode = exit
    stop.abort()
  }
  await hearing(abort, () => run(stop.signal))
}

/**
 * Runs something of many steps, each of which has to be whole: a signal ends the process where it waits between two of them, with
 * the exit code that belongs to the signal.
 */
export async function endBetweenSteps<T>(run: () => Promise<T>): Promise<T> {
  return await hearing((exit) => process.exit(exit), run)
}

/** Hears the signals while something runs; `onExit` gets the exit code that belongs to one. */
async function hearing<T>(onExit: (exit: number) => void, run: () => Promise<T>): Promise<T> {
  const handlers = Object.entries(SIGNALS).map(([name, exit]) => {
    const onSignal = () => onExit(exit)
    process.on(name, onSignal)
    return () => process.off(name, onSignal)
  })
  try {
    return await run()
  } finally {
    for (const release of handlers) release()
  }
}

/** Whether a process of this machine is gone; one that may not be asked is there. */
export function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}

/** Answers whether the process that started this one has ended since. */
export function orphanCheck(): () => boolean {
  const parent = process.ppid
  return () => process.ppid !== parent
}
