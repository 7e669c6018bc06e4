import type { RallyError } from '@rally/core/errors'
import { obj, str } from '@rally/core/readers'
import { BaseCommand, isOclifExit } from '@rally/plugin-kit/commands'
import { compose } from './compose.js'
import { writeStderr } from './output.js'
import { type Outcome, printFailure, printOutcome, toRallyError } from './print-outcome.js'
import type { Rally } from './rally.js'
import { showControls } from './show-controls.js'
import { readTerminal, type Terminal } from './terminal.js'
import { wrapText } from './views/text/lines.js'

export type { Outcome }

/**
 * Every command of rally: parses flags, calls one use case, hands back an Outcome. Printing, JSON, errors and exit codes
 * are decided here, once.
 */
export abstract class RallyCommand extends BaseCommand {
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

  /** Whether the command prints lines of JSON rather than one document. */
  protected get streams(): boolean {
    return false
  }

  protected abstract execute(): Promise<Outcome | undefined>

  override async run(): Promise<void> {
    try {
      const outcome = await this.execute()
      if (!outcome) return
      const error = outcome.error && (await this.#explain(outcome.error))
      printOutcome({ ...outcome, error }, { json: this.wantsJson, schema: this.schema })
    } finally {
      this.#warn()
      await this.#rally?.close()
    }
  }

  /** A key of a newer version is no reason to stop, and a mistyped one no reason to be silent. */
  #warn(): void {
    for (const { path, key } of this.#rally?.configuration.ignored?.() ?? []) {
      const { style, columns } = readTerminal(process.env, 2)
      const line = `${style.yellow('warning:')} ${showControls(path)}: "${key}" is no key that this version knows`
      writeStderr(`${wrapText(line, columns)}\n`)
    }
  }

  override async catch(thrown: unknown): Promise<void> {
    if (isOclifExit(thrown)) throw thrown
    const failure = await this.#explain(thrown)
    printFailure(failure, { json: this.wantsJson, schema: this.schema, lines: this.streams })
  }

  /** A write that the system refused may have been refused by the sandbox of a host: that is what its reader can act on. */
  async #explain(thrown: unknown): Promise<RallyError> {
    const failure = toRallyError(thrown, this.id)
    const [{ nameSandbox, refusedWrite }, { appsRootOf }] = await Promise.all([
      import('./sandbox-error.js'),
      import('@rally/local/discovery/apps-root'),
    ])
    const errno = refusedWrite(thrown)
    if (errno === undefined) return failure
    // The one that the command used is closed by now.
    const rally = compose({ config: this.config, env: process.env })
    try {
      const adapters = (await rally.hosts.list()).flatMap(({ adapter }) => adapter ?? [])
      const { apps_root } = await rally.configuration.read(undefined)
      const command = (this.id ?? '').split(':')[0] ?? ''
      return nameSandbox(failure, errno, { env: rally.env, adapters, rooms: appsRootOf(rally.env, apps_root), command })
    } catch {
      return failure
    } finally {
      await rally.close()
    }
  }
}
