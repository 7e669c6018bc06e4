import * as Flags from '@oclif/core/flags'
import { requireSafeId } from '@rally/core/ids'
import { transferLead } from '@rally/core/usecases/lead/transfer-lead'
import { findSession } from '@rally/core/usecases/roster/find-session'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { sessionFlags } from '../../flags.js'
import { auditSeatChange, notHeld } from '../../views/lead/lead.js'
import { toJson, toText } from '../../views/lead/lead-transfer.js'

export default class LeadTransfer extends RallyCommand {
  static override summary = 'Give the lead to another session.'
  static override examples = ['<%= config.bin %> <%= command.id %> --to codex-22 --to-tool codex']
  static override flags = {
    ...sessionFlags,
    to: Flags.string({
      summary: 'Session that leads from now on: its name or id.',
      helpValue: 'WHO',
      aliases: ['to-session-id'],
      required: true,
    }),
    'to-tool': Flags.string({ summary: 'Its tool; without it what its presence says.', helpValue: 'TOOL' }),
    'to-model': Flags.string({ summary: 'Its model; without it what its presence says.', helpValue: 'MODEL' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(LeadTransfer)
    const ctx = await this.rally.session(flags)
    const { to, 'to-tool': tool, 'to-model': model } = flags
    const sessionId = (await findSession(ctx.transport, requireSafeId(to, 'session id')))?.sessionId ?? to
    const transfer = await transferLead(ctx, { sessionId, tool, model })
    const json = toJson(transfer, ctx.channel.app)
    if (!transfer.transferred) return { json, text: () => '', error: notHeld(transfer.reason, transfer.lease) }
    auditSeatChange(ctx, 'lead-transfer')
    return { json, text: () => toText(json, to) }
  }
}
