import * as Flags from '@oclif/core/flags'
import { standBy } from '@rally/core/usecases/standby/stand-by'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'
import { toJson, toText } from '../views/standby/standby.js'

export default class Standby extends RallyCommand {
  static override summary = 'Mark this session as waiting, with a wake-up time.'
  static override description = 'When the time has come, wake-due and watch name it; wake ends it.'
  static override examples = ['<%= config.bin %> <%= command.id %> --reason "CI runs" --wake-after +30m']
  static override flags = {
    ...sessionFlags,
    reason: Flags.string({ summary: 'What it waits for.', helpValue: 'TEXT', required: true }),
    'wake-after': Flags.string({
      summary: 'When: +30m, +2h, +1d, or an ISO time.',
      helpValue: 'TIME',
      required: true,
    }),
    step: Flags.string({ summary: 'Step of the plan that waits.' }),
    'parent-step': Flags.string({ summary: 'Step that this one belongs to.' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Standby)
    const ctx = await this.rally.session(flags)
    const { reason, step, 'wake-after': wakeAfter, 'parent-step': parentStep } = flags
    const json = toJson(await standBy(ctx, { reason, wakeAfter, step, parentStep }), ctx.channel.app)
    return { json, text: () => toText(json) }
  }
}
