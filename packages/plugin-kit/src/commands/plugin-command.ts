import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'
import { BaseCommand, isOclifExit } from './base-command.js'

/**
 * A command of a plugin: asks rally for the composed program (`rally:api`), does one thing with it, and hands back what came
 * of it. Rally prints it, so that text, JSON, errors and exit codes are those of every other command. Outside of rally it
 * throws an ordinary error, which oclif prints.
 */
export abstract class PluginCommand extends BaseCommand {
  /** One thing. What it throws is printed as a failure, with the exit code of its `code`. */
  protected abstract execute(api: RallyApi): Promise<PluginOutcome>

  override async run(): Promise<void> {
    const { successes, failures } = await this.config.runHook('rally:api', {})
    const api: RallyApi | undefined = successes[0]?.result
    if (api?.api !== 1) throw failures[0]?.error ?? new Error('this command works inside rally')
    const options = { json: this.wantsJson, schema: this.schema, command: this.id }
    try {
      api.present(await this.execute(api), options)
    } catch (thrown) {
      if (isOclifExit(thrown)) throw thrown
      api.fail(thrown, options)
    } finally {
      await api.close()
    }
  }
}
