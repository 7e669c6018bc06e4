/** Milliseconds of one look that count. A waiter that was not run for longer (a busy machine, a closed lid) did not wait. */
const LONGEST_LOOK_MS = 20

export interface PatienceOptions {
  /** Milliseconds of waiting for one holder. */
  readonly limitMs: number
  /** Milliseconds; they need not be the time of day. */
  now(): number
}

/**
 * How long to wait for something that others hold. The answer, asked after each look, is the milliseconds waited so far; undefined
 * when it is time to give up. Others that take their turns are no reason to: where the holder is known, waiting begins
 * again with each.
 */
export function createPatience({ limitMs, now }: PatienceOptions): (holder?: string) => number | undefined {
  let waited = 0
  let last = now()
  let known: string | undefined
  return (holder) => {
    const at = now()
    waited = holder === known ? waited + Math.min(Math.max(at - last, 0), LONGEST_LOOK_MS) : 0
    last = at
    known = holder
    return waited < limitMs ? waited : undefined
  }
}
