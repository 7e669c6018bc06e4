/** So many at once, and so many a second from then on. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/** A bucket that fills with time; each `take` wants one drop. `now` in epoch seconds. */
export function rateLimit({ burst, perSecond }: Rate, now: () => number): { take(): boolean } {
  let level = burst
  let at = now()
  return {
    take() {
      const time = now()
      level = Math.min(burst, level + Math.max(0, time - at) * perSecond)
      at = time
      if (level < 1) return false
      level -= 1
      return true
    },
  }
}
