import type { Transport } from '../../ports/transport.js'

/** Resolves after so many seconds, or at once when the signal aborts; never fails. */
export type Wait = (seconds: number, signal: AbortSignal) => Promise<void>

/** One write touches several files: what follows within this time belongs to it. */
const SETTLE_SECS = 0.015

/** Collects hints of change, so that a loop can sleep until there is one. */
export class Hints {
  readonly signal: AbortSignal
  readonly wait: Wait
  #hinted = false
  #waiting = new AbortController()

  constructor(signal: AbortSignal, wait: Wait) {
    this.signal = signal
    this.wait = wait
    signal.addEventListener('abort', () => this.#waiting.abort(), { once: true })
  }

  note(): void {
    this.#hinted = true
    this.#waiting.abort()
  }

  /** Whether there was a hint since the last call. */
  take(): boolean {
    const answer = this.#hinted
    this.#hinted = false
    return answer
  }

  /** Waits for a hint, or for so many seconds. */
  async orAfter(seconds: number): Promise<void> {
    this.#waiting = new AbortController()
    if (!this.#hinted && !this.signal.aborted) await this.wait(seconds, this.#waiting.signal)
    if (this.#hinted && !this.signal.aborted) await this.wait(SETTLE_SECS, this.signal)
  }
}

/** Listens to a transport until the hints' signal aborts; when listening ends before that, it is taken up again. */
export async function keepListening(transport: Transport, hints: Hints, pollSecs: number): Promise<void> {
  const { signal, wait } = hints
  while (!signal.aborted) {
    try {
      await transport.watch(() => hints.note(), { signal, pollMs: Math.round(pollSecs * 1000) })
    } catch {
      // Whatever keeps the transport from watching, looking again and again still works.
    }
    if (signal.aborted) return
    await wait(pollSecs, signal)
    hints.note()
  }
}
