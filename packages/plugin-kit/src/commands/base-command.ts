import { Command } from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'

/** What every command has in common, rally's own and those of plugins: `--json`, known before flags are parsed, and a schema. */
export abstract class BaseCommand extends Command {
  static override baseFlags = {
    json: Flags.boolean({ summary: 'Print one JSON document.', helpGroup: 'GLOBAL' }),
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

  /** Nothing: oclif would write a debug line, which opens stderr as a stream, and set up an HTTP client that we have not. */
  override async init(): Promise<void> {}
}

/** `--help` and `--version` end a command by an exception; it is not an error. */
export function isOclifExit(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIT'
}
