/** Without a page for so long, nobody looks any more. */
const IDLE_SECS = 3600
const LOOK_MS = 30_000
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** That a process shall end in order: known from the moment it is made. */
export class Ending {
  #timer: NodeJS.Timeout | undefined
  #end: () => void = () => {}
  readonly #asked = new Promise<void>((resolve) => {
    this.#end = resolve
  })
  readonly #onSignal = () => this.#end()

  /** From now on no signal ends the process by itself, a second one while it ends neither. */
  constructor() {
    for (const name of SIGNALS) process.on(name, this.#onSignal)
  }

  /** Until a signal comes or has come, or nobody has looked for an hour. */
  wait({ idleSecs }: { idleSecs(): number }): Promise<void> {
    this.#timer = setInterval(() => idleSecs() >= IDLE_SECS && this.#end(), LOOK_MS)
    return this.#asked
  }

  /** Signals do again what they did before. */
  close(): void {
    clearInterval(this.#timer)
    for (const name of SIGNALS) process.off(name, this.#onSignal)
  }
}
