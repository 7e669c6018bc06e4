import { writeStdout } from './output.js'
import { readTerminal } from './terminal.js'
import { wrapText } from './views/text/lines.js'

const ENTER = '\u001b[?1049h\u001b[?25l'
const LEAVE = '\u001b[?25h\u001b[?1049l'
const HOME = '\u001b[H'
const CLEAR_LINE = '\u001b[K'
const CLEAR_BELOW = '\u001b[J'

/**
 * A page that is redrawn in place, on the terminal's alternate screen. However the process ends (short of being killed
 * outright) the terminal is given back as it was.
 */
export class LiveScreen {
  #page: readonly string[] = []
  #open = false
  readonly #give = () => this.#leave()
  readonly #suspend = () => {
    this.#leave()
    process.kill(process.pid, 'SIGSTOP')
  }
  readonly #again = () => {
    this.#enter()
    this.draw(this.#page)
  }
  readonly #redraw = () => this.draw(this.#page)

  open(): void {
    process.on('exit', this.#give)
    process.on('SIGTSTP', this.#suspend)
    process.on('SIGCONT', this.#again)
    process.on('SIGWINCH', this.#redraw)
    this.#enter()
  }

  /** Shows as many of the lines as fit. */
  draw(lines: readonly string[]): void {
    this.#page = lines
    if (!this.#open) return
    const page = wrapText(lines.join('\n'), readTerminal(process.env).columns).split('\n')
    const shown = page.slice(0, Math.max(1, process.stdout.rows || 24))
    writeStdout(HOME + shown.map((line) => line + CLEAR_LINE).join('\r\n') + CLEAR_BELOW)
  }

  close(): void {
    process.off('exit', this.#give)
    process.off('SIGTSTP', this.#suspend)
    process.off('SIGCONT', this.#again)
    process.off('SIGWINCH', this.#redraw)
    this.#leave()
  }

  #enter(): void {
    if (this.#open) return
    this.#open = true
    writeStdout(ENTER)
  }

  #leave(): void {
    if (!this.#open) return
    this.#open = false
    writeStdout(LEAVE)
  }
}
