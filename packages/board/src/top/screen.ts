import { widthOf } from './cells.js'

/** Title kept, alternate screen, no cursor, no wrapping at the edge, pasted text marked as such. */
const ENTER = '\u001b[22;2t\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h\u001b[2J'
const LEAVE = '\u001b[0m\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?1049l\u001b[23;2t'
/** Between these a terminal that knows them shows nothing half drawn. */
const [HOLD, SHOW] = ['\u001b[?2026h', '\u001b[?2026l']

/**
 * The terminal's alternate screen. Only lines that changed are written, each at its place, so that nothing flickers; the
 * terminal is given back however the process ends, short of being killed outright.
 */
export class Screen {
  #shown: readonly string[] = []
  #columns = 0
  #isOpen = false
  readonly #input: NodeJS.ReadStream
  readonly #output: NodeJS.WriteStream
  readonly #leave = () => this.close()

  constructor(input: NodeJS.ReadStream, output: NodeJS.WriteStream) {
    this.#input = input
    this.#output = output
  }

  get columns(): number {
    return this.#output.columns || 80
  }

  get rows(): number {
    return this.#output.rows || 24
  }

  open(): void {
    if (this.#isOpen) return
    this.#isOpen = true
    process.on('exit', this.#leave)
    this.#input.setRawMode(true)
    this.#write(ENTER)
    this.#shown = []
  }

  draw(lines: readonly string[]): void {
    if (!this.#isOpen) return
    const isResized = this.#columns !== this.columns || this.#shown.length !== lines.length
    const known = isResized ? [] : this.#shown
    const changed = lines.flatMap((line, at) => (line === known[at] ? [] : [this.#place(line, at)]))
    this.#columns = this.columns
    this.#shown = lines
    if (changed.length > 0) this.#write(`${HOLD}${isResized ? '\u001b[2J' : ''}${changed.join('')}${SHOW}`)
  }

  /** What is on the screen is not known any more. */
  forget(): void {
    this.#shown = []
  }

  bell(): void {
    if (this.#isOpen) this.#write('\u0007')
  }

  /** `title` is plain text of one line. */
  title(title: string): void {
    if (this.#isOpen) this.#write(`\u001b]2;${title}\u0007`)
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    process.off('exit', this.#leave)
    this.#write(LEAVE)
    try {
      this.#input.setRawMode(false)
    } catch {
      // The terminal is gone.
    }
  }

  /** A line that ends before the edge clears what stood behind it; at the edge there is nothing to clear. */
  #place(line: string, at: number): string {
    const clear = widthOf(line) < this.columns ? '\u001b[K' : ''
    return `\u001b[${at + 1};1H${line}\u001b[0m${clear}`
  }

  #write(text: string): void {
    try {
      this.#output.write(text)
    } catch {
      // The terminal is gone; its hang-up ends the program.
    }
  }
}
