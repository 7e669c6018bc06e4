import { Command } from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import { obj, str } from '@rally/core/readers'
import { compose } from './compose.js'
import { type Outcome, printFailure, printOutcome } from './print-outcome.js'
import type { Rally } from './rally.js'
import { readTerminal, type Terminal } from './terminal.js'

export type { Outcome }

/**
 * Every command of rally: parses flags, calls one use case, hands back an Outcome. Printing, JSON, errors and exit codes
 * are decided here, once.
 */
export abstract class RallyCommand extends Command {
  static override baseFlags = {
    json: Flags.boolean({ summary: 'Print one JSON document.', helpGroup: 'GLOBAL' }),
  }

  #rally: Rally | undefined

  /** The composed program, made on first use and closed at the end. */
  protected get rally(): Rally {
    this.#rally ??= compose({ config: this.config, env: process.env })
    return this.#rally
  }

  /** The plugin that is known to supply something, for a hint where nothing does: `rally.suppliers` of our package.json. */
  protected supplierOf(port: string): string | undefined {
    const { rally } = this.config.pjson as { rally?: unknown }
    return str(obj(obj(rally).suppliers)[port]) || undefined
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

  /** Whether the command prints lines of JSON rather than one document. */
  protected get streams(): boolean {
    return false
  }

  /** Nothing: oclif would write a debug line, which opens stderr as a stream, and set up an HTTP client that we have not. */
  override async init(): Promise<void> {}

  protected abstract execute(): Promise<Outcome | undefined>

  override async run(): Promise<void> {
    try {
      const outcome = await this.execute()
      if (outcome) printOutcome(outcome, { json: this.wantsJson, schema: this.schema })
    } finally {
      await this.#rally?.close()
    }
  }

  override async catch(thrown: unknown): Promise<void> {
    if (isOclifExit(thrown)) throw thrown
    printFailure(thrown, { json: this.wantsJson, schema: this.schema, lines: this.streams })
  }
}

/** `--help` and `--version` end a command by an exception; it is not an error. */
function isOclifExit(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIT'
}
