import { resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'
import type { RallyApi } from '@rally/core/plugin-api/rally-api'
import { BaseCommand, isOclifExit, roomFlags } from '@rally/plugin-kit/commands'

export default class Web extends BaseCommand {
  static override summary = 'Show the room in a browser: who does what, the timeline, the conversation, live.'
  static override description =
    `Serves one page on 127.0.0.1 until Ctrl-C, or until nobody has looked for an hour. The address works once, within a minute;
run it again for another one. What is written in the page is written by you, the person.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --open',
    '<%= config.bin %> <%= command.id %> --port 7777',
  ]
  static override flags = {
    ...roomFlags,
    port: Flags.integer({
      summary: 'Port to listen on; a free one unless given.',
      helpValue: 'N',
      min: 1,
      max: 65_535,
    }),
    open: Flags.boolean({ summary: 'Open it in the browser.', default: false }),
  }

  override async run(): Promise<void> {
    const { successes, failures } = await this.config.runHook('rally:api', {})
    const api: RallyApi | undefined = successes[0]?.result
    if (api?.api !== 1) throw failures[0]?.error ?? new Error('this command works inside rally')
    const options = { json: this.wantsJson, schema: this.schema }
    try {
      const { flags } = await this.parse(Web)
      const { runWeb } = await import('../web/run-web.js')
      const present = (outcome: Parameters<RallyApi['present']>[0]) => api.present(outcome, options)
      await runWeb(api, { workdir: resolve(flags.workdir), port: flags.port, open: flags.open, present })
    } catch (thrown) {
      if (isOclifExit(thrown)) throw thrown
      api.fail(thrown, options)
    } finally {
      await api.close()
    }
  }
}
