import { Command } from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import { type ErrorCode, EXIT, type ExitCode, isRallyError, RallyError, reasonOf } from '@rally/core/errors'
import { compose } from './compose.js'
import { renderJson, writeStderr, writeStdout } from './output.js'
import type { Rally } from './rally.js'
import { readTerminal, type Terminal } from './terminal.js'

/** What a command found out. `json` goes out with `ok` and `schema` added, `text` is for a person; one of the two is printed. */
export interface Outcome {
  /** Keys of the command, flat. */
  readonly json: object
  /** Made only when it is printed. */
  readonly text: (terminal: Terminal) => string
  /**
   * A refusal or failure that still has an answer: its keys stay in `json`, `error` is added and the exit code is the
   * error's. Without it the command succeeded.
   */
  readonly error?: RallyError
  /** `json` has an `ok` of its own that speaks of what was looked at, not of the command (inherited by `boundary`). */
  readonly report?: true
}

/** `error` of the JSON form. */
interface ErrorJson {
  readonly code: string
  readonly message: string
  readonly hint: string | null
  readonly details: object
}

/**
 * Every command of rally: parses flags, calls one use case, hands back an Outcome. Printing, JSON, errors and exit codes
 * are decided here, once.
 */
export abstract class RallyCommand extends Command {
  static override baseFlags = {
    json: Flags.boolean({ summary: 'Print one JSON document.', helpGroup: 'GLOBAL' }),
  }

  /** Whether the command prints by itself (JSON Lines of a stream). */
  protected readonly streams: boolean = false

  #rally: Rally | undefined

  /** The composed program, made on first use and closed at the end. */
  protected get rally(): Rally {
    this.#rally ??= compose({ config: this.config, env: process.env })
    return this.#rally
  }

  protected get terminal(): Terminal {
    return readTerminal(process.env)
  }

  /** Whether the caller asked for JSON; known before flags are parsed, so that a usage error can answer in kind. */
  protected get wantsJson(): boolean {
    const end = this.argv.indexOf('--')
    return (end < 0 ? this.argv : this.argv.slice(0, end)).includes('--json')
  }

  /** The schema id of the output, `rally.<command>/1`, words joined by dashes. */
  protected get schema(): string {
    return `rally.${(this.id ?? 'rally').split(':').join('-')}/1`
  }

  protected abstract execute(): Promise<Outcome | undefined>

  override async run(): Promise<void> {
    try {
      const outcome = await this.execute()
      if (outcome) this.#print(outcome)
    } finally {
      await this.#rally?.close()
    }
  }

  #print(outcome: Outcome): void {
    const { error } = outcome
    if (this.wantsJson) {
      const ok = outcome.report ? {} : { ok: error === undefined }
      const base = { ...outcome.json, ...ok, schema: schemaOf(outcome.json, this.schema) }
      writeStdout(renderJson(error ? { ...base, error: errorJson(error) } : base))
    } else {
      const text = outcome.text(this.terminal)
      if (text !== '') writeStdout(text.endsWith('\n') ? text : `${text}\n`)
      if (error) this.#complain(error)
    }
    process.exitCode = error?.exit ?? EXIT.done
  }

  #complain(error: { message: string; hint: string | null }): void {
    const { style } = readTerminal(process.env, 2)
    writeStderr(`${style.red('error:')} ${error.message}\n`)
    if (error.hint) writeStderr(`${style.dim('try:')} ${error.hint}\n`)
  }

  override async catch(thrown: unknown): Promise<void> {
    if (isOclifExit(thrown)) throw thrown
    const error = toRallyError(thrown)
    if (this.wantsJson) writeStdout(renderJson({ ok: false, schema: this.schema, error: errorJson(error) }))
    else this.#complain(error)
    if (process.env.RALLY_DEBUG && thrown instanceof Error) writeStderr(`${thrown.stack}\n`)
    process.exitCode = error.exit
  }
}

/** A document keeps a `schema` of its own (inherited by `wake-due`). */
function schemaOf(json: object, fallback: string): string {
  return 'schema' in json && typeof json.schema === 'string' ? json.schema : fallback
}

function errorJson(error: RallyError): ErrorJson {
  return { code: error.code, message: error.message, hint: error.hint, details: error.details }
}

/** `--help` and `--version` end a command by an exception; it is not an error. */
function isOclifExit(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIT'
}

/** Anything thrown as a RallyError: our own (also of another package copy), oclif's usage errors, bugs. */
export function toRallyError(thrown: unknown): RallyError {
  if (isRallyError(thrown)) return thrown
  if (thrown instanceof Error && 'oclif' in thrown && 'parse' in thrown) return usageError(thrown.message)
  if (thrown instanceof Error && 'oclif' in thrown) return usageError(thrown.message)
  return new RallyError('INTERNAL' satisfies ErrorCode, { reason: reasonOf(thrown) }, { cause: thrown })
}

/** oclif's message is several lines; the first ones say what is wrong, the last where help is. */
function usageError(message: string): RallyError {
  const lines = message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('See more help'))
  return new RallyError('USAGE', { message: lines.join(' ') })
}

export type { ExitCode }
