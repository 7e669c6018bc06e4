import * as Flags from '@oclif/core/flags'
import { renewLead } from '@rally/core/usecases/lead/renew-lead'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { sessionFlags } from '../../flags.js'
import { auditSeatChange, notHeld } from '../../views/lead/lead.js'
import { toJson, toText } from '../../views/lead/lead-renew.js'

export default class LeadRenew extends RallyCommand {
  static override summary = 'Renew the lead.'
  static override examples = ['<%= config.bin %> <%= command.id %>']
  static override flags = {
    ...sessionFlags,
    'renew-every-minutes': Flags.integer({
      summary: 'Minutes that the lease lasts; without it as long as before.',
      helpValue: 'N',
      min: 1,
    }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(LeadRenew)
    const ctx = await this.rally.session(flags)
    const renewal = await renewLead(ctx, { minutes: flags['renew-every-minutes'] })
    const json = toJson(renewal, ctx.channel.app)
    if (!renewal.renewed) return { json, text: () => '', error: notHeld(renewal.reason, renewal.lease) }
    auditSeatChange(ctx, 'lead-renew')
    return { json, text: () => toText(json) }
  }
}
