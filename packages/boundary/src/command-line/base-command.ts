import { Command } from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'

/** A command of this plugin: asks rally for the composed program (`rally:api`) and hands back what came of it, to be printed. */
export abstract class BoundaryCommand extends Command {
  static override baseFlags = {
    json: Flags.boolean({ summary: 'Print one JSON document.', helpGroup: 'GLOBAL' }),
  }

  /** Nothing: oclif would open stderr as a stream and set up an HTTP client. */
  override async init(): Promise<void> {}

  protected abstract execute(api: RallyApi): Promise<PluginOutcome>

  override async run(): Promise<void> {
    const { successes, failures } = await this.config.runHook('rally:api', {})
    const api: RallyApi | undefined = successes[0]?.result
    if (api?.api !== 1) throw failures[0]?.error ?? new Error('this command works inside rally')
    const end = this.argv.indexOf('--')
    const json = (end < 0 ? this.argv : this.argv.slice(0, end)).includes('--json')
    const options = { json, schema: `rally.${this.ctor.id.split(':').join('-')}/1` }
    try {
      api.present(await this.execute(api), options)
    } catch (thrown) {
      if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIT') throw thrown
      api.fail(thrown, options)
    } finally {
      await api.close()
    }
  }
}
