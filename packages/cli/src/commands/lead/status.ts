import type { LeadStatusOutput } from '@rally/core/model/outputs/lead-status'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { type LeadReport, readLead } from '@rally/core/usecases/lead/read-lead'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { sessionFlags } from '../../flags.js'
import { leaseEnd } from '../../views/lead/lead.js'

export default class LeadStatus extends RallyCommand {
  static override summary = 'Say who leads the room, and until when.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static override flags = { ...sessionFlags }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(LeadStatus)
    const ctx = await this.rally.room(flags)
    const report = await readLead(ctx)
    const json: LeadStatusOutput = {
      action: 'lead-status',
      app_slug: ctx.channel.app,
      lead: report.lease,
      lease_valid: report.valid,
      seat: report.seat.state,
    }
    return { json, text: () => describe(report) }
  }
}

function describe({ lease, seat }: LeadReport): string {
  if (seat.state === 'empty') return 'nobody leads; rally lead claim takes the seat'
  const holder = cleanLine(seat.sessionId)
  if (seat.state === 'held') return `${holder} leads until ${leaseEnd(lease)}`
  if (seat.state === 'expired')
    return `nobody leads: the lease of ${holder} ran out at ${leaseEnd(lease)}; rally lead claim takes the seat`
  return `${holder} leads; the end of its lease cannot be read`
}
