import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe } from 'vitest'
import { socketFolder } from '../../../../scripts/socket-folder.mjs'
import { RALLY, type World } from '../../../../test/support/world.js'

/** The real thing; a machine without it skips these tests and says so. A CI run fails, unless it says that it lacks it. */
const found = spawnSync('tmux', ['-V']).status === 0
const mustBeThere = process.env.CI !== undefined && !(process.env.RALLY_LACKS ?? '').split(' ').includes('tmux')

export function describeInTmux(name: string, body: () => void): void {
  if (found || mustBeThere) describe(name, body)
  else {
    console.warn(`SKIPPED: ${name}: no tmux on this machine (Debian: apt-get install tmux)`)
    describe.skip(name, body)
  }
}

export interface TerminalOptions {
  readonly columns: number
  readonly rows: number
  readonly env?: Readonly<Record<string, string>>
}

/** What never comes is given up; a busy machine needs many times what an idle one does. */
const LONGEST_MS = 120_000
let count = 0
/** A program gives back the screen that was there before. */
const LEFT = '\u001b[?1049l'

/** A terminal of its own in tmux, with a shell in the world's repository. */
export class Terminal {
  readonly #socket: string

  constructor(world: World, { columns, rows, env = {} }: TerminalOptions) {
    count += 1
    this.#socket = join(socketFolder(), `tmux-${count}`)
    const set = Object.entries({ ...world.env, LC_ALL: 'C.UTF-8', PS1: '$ ', ENV: '', ...env })
    // As a program of its own, so that a server of the user's is never met.
    execFileSync(
      'tmux',
      [
        ...['-u', '-S', this.#socket, '-f', '/dev/null', 'new-session', '-d', '-s', 't', '-c', world.repo],
        ...['-x', String(columns), '-y', String(rows)],
        ...set.flatMap(([key, value]) => ['-e', `${key}=${value}`]),
        ...['sh', '-i'],
      ],
      { env: { ...process.env, ...world.env, TMUX: '', SHELL: '/bin/sh' } },
    )
  }

  /** The words of a `rally top` for the shell. */
  static top(...args: readonly string[]): string {
    return [process.execPath, RALLY, 'top', ...args].map((word) => `'${word}'`).join(' ')
  }

  /** Keys by tmux's names: `Enter`, `C-c`, `Down`. */
  press(...keys: readonly string[]): void {
    this.#tmux('send-keys', '-t', 't', ...keys)
  }

  type(text: string): void {
    this.#tmux('send-keys', '-t', 't', '-l', text)
  }

  /** Types a line into the shell, or into a prompt. */
  enter(line: string): void {
    this.type(line)
    this.press('Enter')
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-t', 't', '-x', String(columns), '-y', String(rows))
  }

  /** The lines on the screen; `coloured` with what colours them. */
  lines({ coloured = false } = {}): string[] {
    const text = this.#tmux('capture-pane', '-p', ...(coloured ? ['-e'] : []), '-t', 't')
    return text.replace(/\n$/, '').split('\n')
  }

  screen(): string {
    return this.lines().join('\n')
  }

  /** Where the terminal stands, apart from its text. */
  state(): { alternate: string; cursor: string; wraps: string; title: string; pid: number } {
    const format = ['alternate_on', 'cursor_flag', 'wrap_flag', 'pane_title', 'pane_pid'].map((name) => `#{${name}}`)
    const words = this.#tmux('display', '-p', '-t', 't', format.join('\t')).trimEnd().split('\t')
    const [alternate = '', cursor = '', wraps = '', title = '', pid = ''] = words
    return { alternate, cursor, wraps, title, pid: Number(pid) }
  }

  /** What the terminal is sent from now on goes to a file. */
  record(file: string): void {
    this.#tmux('pipe-pane', '-O', '-t', 't', `cat > '${file}'`)
  }

  /** What a program's page was sent since, to its end. It gets into the file by a program of its own, at its own time. */
  async recorded(file: string): Promise<string> {
    let written = ''
    await this.until(() => {
      written = existsSync(file) ? readFileSync(file, 'utf8') : ''
      return written.includes(LEFT)
    }, `the end of the page in ${file}`)
    return written.slice(0, written.indexOf(LEFT))
  }

  /** Until the screen is as wished; of one that never is, what it shows instead. */
  async until(isSo: (screen: string) => boolean, wish: string): Promise<string> {
    const end = Date.now() + LONGEST_MS
    for (;;) {
      const screen = this.screen()
      if (isSo(screen)) return screen
      if (Date.now() > end) throw new Error(`${wish} never came: ${JSON.stringify(this.state())}\n${screen}`)
      await sleep(60)
    }
  }

  async shows(text: string | RegExp): Promise<string> {
    return this.until((screen) => (typeof text === 'string' ? screen.includes(text) : text.test(screen)), String(text))
  }

  /** Until the program has ended and its page is gone. */
  async ended(): Promise<string> {
    const format = '#{alternate_on} #{pane_current_command}'
    const stands = () => this.#tmux('display', '-p', '-t', 't', format).trimEnd()
    return this.until(() => /^0 (sh|dash|bash)$/.test(stands()), 'the shell again')
  }

  async showsNo(text: string): Promise<string> {
    return this.until((screen) => !screen.includes(text), `a screen without ${text}`)
  }

  close(): void {
    spawnSync('tmux', ['-S', this.#socket, 'kill-server'])
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-u', '-S', this.#socket, ...args], { encoding: 'utf8' })
  }
}
