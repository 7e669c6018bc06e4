import { join } from 'node:path'
import * as Flags from '@oclif/core/flags'
import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'
import { PluginCommand, sessionFlags, toRequest } from '@rally/plugin-kit/commands'
import { withRunId } from '../../command-line/speak-for-run.js'
import { makeOrJoin } from '../../make-or-join.js'
import { toJson, toText } from '../../views/bootstrap.js'

export default class Bootstrap extends PluginCommand {
  static override summary = 'Make the coordination file of a run, or join the one that is there.'
  static override description =
    'The file lies in .build-loop/coordination of the main checkout and becomes the one whose verdicts count. The loop that makes it announces that to the room; those that come later join.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --topic cart-1 --scope "totals and discounts" --session-id loop-1',
  ]
  static override flags = {
    ...sessionFlags,
    topic: Flags.string({
      summary: 'Short name of the run; part of the file name.',
      helpValue: 'WORD',
      required: true,
    }),
    scope: Flags.string({ summary: 'What the run is about.', helpValue: 'TEXT', required: true }),
    'coord-file': Flags.string({ summary: 'Another file, relative to the main checkout.', helpValue: 'PATH' }),
    template: Flags.string({ summary: 'Template to fill in.', helpValue: 'PATH' }),
  }

  protected async execute(api: RallyApi): Promise<PluginOutcome> {
    const { flags } = await this.parse(Bootstrap)
    const { topic, scope } = flags
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(topic)) throw api.error('UNSAFE_ID', { what: 'topic', value: topic })
    const asking = await api.session(toRequest(flags))
    const ctx = withRunId(asking, `bootstrap-${topic}-${asking.session.sessionId}`)
    const template = flags.template ?? join(this.ctor.plugin?.root ?? '', 'templates/coordination.md')
    const coordination = await makeOrJoin(api, ctx, { topic, scope, template, coordinationFile: flags['coord-file'] })
    const json = toJson(coordination, ctx)
    return { json, text: toText(json) }
  }
}
