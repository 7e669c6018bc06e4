import type { PersonNotice } from '@rally/core/rules/picture/person-notices'
import { runProgram } from '@rally/local/system/run-program'

const TIMEOUT_MS = 10_000
/** More than so many at once are told as a number. */
const MOST_AT_ONCE = 5
const LONGEST = 300

/** Tells a person of what is new in a room through the command of the user's own configuration. */
export class Notifier {
  readonly #known = new Set<string>()

  /** `command` is a program with its arguments; `{title}`, `{text}`, `{kind}` and `{json}` in them are replaced. Never a shell. */
  constructor(
    private readonly command: readonly string[],
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Takes what there is as known. */
  know(notices: readonly PersonNotice[]): void {
    for (const { key } of notices) this.#known.add(key)
  }

  /** Runs the command for each matter that is new; a matter that ended and comes back is new. Answers why one was not told. */
  async tell(notices: readonly PersonNotice[], app: string): Promise<string | undefined> {
    const now = new Set(notices.map(({ key }) => key))
    for (const key of this.#known) if (!now.has(key)) this.#known.delete(key)
    const fresh = notices.filter(({ key }) => !this.#known.has(key))
    this.know(fresh)
    const shown = fresh.slice(0, MOST_AT_ONCE)
    let failure: string | undefined
    for (const notice of shown) failure = (await this.#run(notice, app)) ?? failure
    const more = fresh.length - shown.length
    const rest = { kind: 'blocked', key: '', text: `and ${more} more: rally status` } as const
    return more > 0 ? ((await this.#run(rest, app)) ?? failure) : failure
  }

  async #run({ kind, text }: PersonNotice, app: string): Promise<string | undefined> {
    const title = `rally: ${app}`
    const said = text.slice(0, LONGEST)
    const json = JSON.stringify({ text: `${title}: ${said}`, kind })
    const values: Readonly<Record<string, string>> = {
      '{title}': title,
      '{text}': said,
      '{kind}': kind,
      '{json}': json,
    }
    // One pass: what stands in a text is not replaced again.
    const fill = (word: string) => word.replace(/\{(title|text|kind|json)\}/g, (name) => values[name] ?? name)
    const [program, ...args] = this.command.map(fill)
    if (program === undefined) return undefined
    const end = await runProgram(program, args, { cwd: this.env.HOME || '/', env: this.env, timeoutMs: TIMEOUT_MS })
    if (end.kind === 'exited') return end.code === 0 ? undefined : `${program} ended with ${end.code}`
    return end.kind === 'timed-out' ? `${program} took too long` : `${program} could not be run: ${end.reason}`
  }
}
