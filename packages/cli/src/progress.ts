import { writeStderr } from './output.js'
import { readTerminal } from './terminal.js'

/** Reports of work that takes long: nothing for the first moments, nothing at all unless stderr is a terminal. */
export interface Progress {
  readonly report: (done: number, total: number) => void
  /** Takes the line away again. */
  readonly end: () => void
}

const SILENT_MS = 400
const EVERY_MS = 100

export function startProgress(what: string, env: NodeJS.ProcessEnv): Progress {
  let started: number | undefined
  let shown = 0
  return {
    report(done, total) {
      const now = Date.now()
      started ??= now
      if (now - started < SILENT_MS || now - shown < EVERY_MS || !readTerminal(env, 2).isTty) return
      shown = now
      writeStderr(`\r${what} ${total > 0 ? Math.min(100, Math.floor((done / total) * 100)) : 0} %\u001b[K`)
    },
    end() {
      if (shown > 0) writeStderr('\r\u001b[K')
      shown = 0
    },
  }
}
