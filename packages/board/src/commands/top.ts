import { resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'
import type { RallyApi } from '@rally/core/plugin-api/rally-api'
import { BaseCommand, isOclifExit, roomFlags } from '@rally/plugin-kit/commands'

export default class Top extends BaseCommand {
  static override summary =
    'Show the room on the whole terminal, live: who does what, trouble, the timeline; write from there.'
  static override description =
    `Keys stand at the bottom, ? explains them. What is written there (tell, reply, claim) is written by you, the person. Trouble that
is new rings the terminal's bell and stands in its title; top.bell and top.title of your configuration turn them off. Not a terminal, or a few lines are enough: rally watch.`
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --no-bell']
  static override flags = {
    ...roomFlags,
    bell: Flags.boolean({ summary: 'Ring for new trouble.', allowNo: true }),
    title: Flags.boolean({ summary: "Keep the room's state in the terminal's title.", allowNo: true }),
  }

  override async run(): Promise<void> {
    const { successes, failures } = await this.config.runHook('rally:api', {})
    const api: RallyApi | undefined = successes[0]?.result
    if (api?.api !== 1) throw failures[0]?.error ?? new Error('this command works inside rally')
    try {
      const { flags } = await this.parse(Top)
      const { runTop } = await import('../top/run-top.js')
      const { workdir, bell, title } = flags
      process.exitCode = await runTop(api, { workdir: resolve(workdir), bell, title, json: this.wantsJson })
    } catch (thrown) {
      if (isOclifExit(thrown)) throw thrown
      api.fail(thrown, { json: this.wantsJson, schema: this.schema })
    } finally {
      await api.close()
    }
  }
}
