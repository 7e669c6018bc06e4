import * as Flags from '@oclif/core/flags'
import type { StandbyOutput } from '@rally/core/model/outputs/standby'
import { standBy } from '@rally/core/usecases/standby/stand-by'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'

export default class Standby extends RallyCommand {
  static override summary = 'Leave word that this session waits, and when it wants to be woken.'
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
    const { revision, eventId, wakeAfter } = await standBy(ctx, {
      reason: flags.reason,
      wakeAfter: flags['wake-after'],
      step: flags.step,
      parentStep: flags['parent-step'],
    })
    const json: StandbyOutput = {
      action: 'standby-posted',
      accepted: true,
      app_slug: ctx.channel.app,
      channel_revision: revision,
      event_id: eventId,
      wake_after: wakeAfter,
    }
    return { json, text: () => `standing by until ${wakeAfter} (revision ${revision}, ${eventId})` }
  }
}
