import { RallyError } from '@rally/core/errors'
import type { Clock } from '@rally/core/ports/clock'
import { untilStopped, wait } from './streaming.js'

const POLL_SECS = 0.4

/** What is waited for, and for how long. */
export interface Polling<Found> {
  readonly clock: Clock
  readonly timeoutSecs: number
  /** How the sentence of a time-out calls it. */
  readonly what: string
  /** Undefined while it has not happened. */
  look(): Promise<Found | undefined>
}

/** Looks again and again until something happened. A signal of the terminal ends it as a time-out. Throws TIMED_OUT. */
export async function pollUntil<Found>({ clock, timeoutSecs, what, look }: Polling<Found>): Promise<Found> {
  const started = clock.now()
  let found: Found | undefined
  await untilStopped(async (signal) => {
    for (;;) {
      found = await look()
      const left = timeoutSecs - (clock.now() - started)
      if (found !== undefined || left <= 0 || signal.aborted) return
      await wait(Math.min(POLL_SECS, left), signal)
    }
  })
  if (found === undefined) throw new RallyError('TIMED_OUT', { seconds: timeoutSecs, what })
  return found
}

/** The answer, or that it did not come in time. Throws what else fails. */
export async function orTimedOut<Found>(
  waiting: Promise<Found>,
): Promise<{ readonly found?: Found; readonly timedOut?: RallyError }> {
  try {
    return { found: await waiting }
  } catch (error) {
    if (error instanceof RallyError && error.code === 'TIMED_OUT') return { timedOut: error }
    throw error
  }
}
