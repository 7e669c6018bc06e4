import type { LeadStatusOutput } from '@rally/core/model/outputs/lead-status'
import { sessionNames, shownId } from '@rally/core/rules/roster/shown-names'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { RoomContext } from '@rally/core/usecases/context'
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
    const name = await nameOfHolder(ctx, report)
    const json: LeadStatusOutput = {
      action: 'lead-status',
      app_slug: ctx.channel.app,
      lead: report.lease,
      lease_valid: report.valid,
      seat: report.seat.state,
      name,
    }
    return { json, text: () => describe(report, name) }
  }
}

/** What the session in the seat is called; null for an empty one. */
async function nameOfHolder({ transport }: RoomContext, { seat }: LeadReport): Promise<string | null> {
  if (seat.state === 'empty') return null
  return sessionNames(await transport.sessions.list()).get(seat.sessionId) ?? shownId(seat.sessionId)
}

function describe({ lease, seat }: LeadReport, name: string | null): string {
  if (seat.state === 'empty') return 'nobody leads; rally lead claim takes the seat'
  const holder = cleanLine(name ?? seat.sessionId)
  if (seat.state === 'held') return `${holder} leads until ${leaseEnd(lease)}`
  if (seat.state === 'expired')
    return `nobody leads: the lease of ${holder} ran out at ${leaseEnd(lease)}; rally lead claim takes the seat`
  return `${holder} leads; the end of its lease cannot be read`
}
