import { Command } from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'

/**
 * Every command of this plugin: asks rally for the composed program (`rally:api`), does one thing with it, and hands back what
 * came of it. Rally prints it, so that text, JSON, errors and exit codes are those of every other command.
 */
export abstract class BuildloopCommand extends Command {
  static override baseFlags = {
    json: Flags.boolean({ summary: 'Print one JSON document.', helpGroup: 'GLOBAL' }),
  }

  /** Nothing: oclif would write a debug line, which opens stderr as a stream, and set up an HTTP client that we have not. */
  override async init(): Promise<void> {}

  protected abstract execute(api: RallyApi): Promise<PluginOutcome>

  override async run(): Promise<void> {
    const api = await this.rallyApi()
    const options = { json: this.wantsJson, schema: this.schema }
    try {
      api.present(await this.execute(api), options)
    } catch (thrown) {
      if (isOclifExit(thrown)) throw thrown
      api.fail(thrown, options)
    } finally {
      await api.close()
    }
  }

  /** Known before flags are parsed, so that a usage error can answer in kind. */
  private get wantsJson(): boolean {
    const end = this.argv.indexOf('--')
    return (end < 0 ? this.argv : this.argv.slice(0, end)).includes('--json')
  }

  private get schema(): string {
    return `rally.${this.ctor.id.split(':').join('-')}/1`
  }

  private async rallyApi(): Promise<RallyApi> {
    const { successes, failures } = await this.config.runHook('rally:api', {})
    const api = successes[0]?.result
    if (isRallyApi(api)) return api
    throw (
      failures[0]?.error ?? new Error('these commands work inside rally: rally plugins install @rally/host-buildloop')
    )
  }
}

function isRallyApi(value: unknown): value is RallyApi {
  return typeof value === 'object' && value !== null && 'api' in value && value.api === 1
}

/** `--help` and `--version` end a command by an exception; it is not an error. */
function isOclifExit(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIT'
}
