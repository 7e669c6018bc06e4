import * as Flags from '@oclif/core/flags'
import type { LeadRelinquishOutput } from '@rally/core/model/outputs/lead-relinquish'
import { relinquishLead } from '@rally/core/usecases/lead/relinquish-lead'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { sessionFlags } from '../../flags.js'
import { auditSeatChange, notHeld } from '../../views/lead/lead.js'

export default class LeadRelinquish extends RallyCommand {
  static override summary = 'Give the leadership up.'
  static override examples = ['<%= config.bin %> <%= command.id %>']
  static override flags = {
    ...sessionFlags,
    reason: Flags.string({ summary: 'Why, for the log.', helpValue: 'TEXT' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(LeadRelinquish)
    const ctx = await this.rally.session(flags)
    const given = await relinquishLead(ctx, { reason: flags.reason })
    const json: LeadRelinquishOutput = {
      action: 'lead-relinquish',
      app_slug: ctx.channel.app,
      relinquished: given.relinquished,
      lead: given.relinquished ? null : given.lease,
      reason: given.relinquished ? null : given.reason,
    }
    if (!given.relinquished) return { json, text: () => '', error: notHeld(given.reason, given.lease) }
    auditSeatChange(ctx, 'lead-relinquish')
    return { json, text: () => 'the seat is empty' }
  }
}
