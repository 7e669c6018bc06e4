import * as Flags from '@oclif/core/flags'
import { relinquishLead } from '@rally/core/usecases/lead/relinquish-lead'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { sessionFlags } from '../../flags.js'
import { auditSeatChange, notHeld } from '../../views/lead/lead.js'
import { toJson, toText } from '../../views/lead/lead-relinquish.js'

export default class LeadRelinquish extends RallyCommand {
  static override summary = 'Release the lead.'
  static override examples = ['<%= config.bin %> <%= command.id %>']
  static override flags = {
    ...sessionFlags,
    reason: Flags.string({ summary: 'Why, for the log.', helpValue: 'TEXT' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(LeadRelinquish)
    const ctx = await this.rally.session(flags)
    const given = await relinquishLead(ctx, { reason: flags.reason })
    const json = toJson(given, ctx.channel.app)
    if (!given.relinquished) return { json, text: () => '', error: notHeld(given.reason, given.lease) }
    auditSeatChange(ctx, 'lead-relinquish')
    return { json, text: () => toText(json) }
  }
}
