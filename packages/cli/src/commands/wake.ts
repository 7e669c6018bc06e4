import * as Flags from '@oclif/core/flags'
import { wake } from '@rally/core/usecases/standby/wake'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'
import { toJson, toText } from '../views/standby/wake.js'

export default class Wake extends RallyCommand {
  static override summary = 'End a standby.'
  static override examples = ['<%= config.bin %> <%= command.id %> --ref-standby blf_0123456789abcdef01234567']
  static override flags = {
    ...sessionFlags,
    'ref-standby': Flags.string({
      summary: 'Event id or revision of the standby; wake-due names it.',
      helpValue: 'REF',
      required: true,
    }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Wake)
    const ctx = await this.rally.session(flags)
    const json = toJson(await wake(ctx, flags['ref-standby']), ctx.channel.app)
    return { json, text: () => toText(json) }
  }
}
