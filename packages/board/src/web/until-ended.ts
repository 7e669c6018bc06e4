/** Without a page for so long, nobody looks any more. */
const IDLE_SECS = 3600
const LOOK_MS = 30_000
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Until a signal comes, or nobody has looked for an hour. */
export function untilEnded({ idleSecs }: { idleSecs(): number }): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearInterval(timer)
      for (const name of SIGNALS) process.off(name, end)
      resolve()
    }
    const timer = setInterval(() => idleSecs() >= IDLE_SECS && end(), LOOK_MS)
    for (const name of SIGNALS) process.once(name, end)
  })
}
