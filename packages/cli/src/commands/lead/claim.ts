import * as Flags from '@oclif/core/flags'
import { LEASE_MINUTES } from '@rally/core/rules/lead/lead-lease'
import { claimLead } from '@rally/core/usecases/lead/claim-lead'
import { namesOfSessions } from '@rally/core/usecases/roster/names-of-authors'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { sessionFlags } from '../../flags.js'
import { auditSeatChange } from '../../views/lead/lead.js'
import { toError, toJson, toText } from '../../views/lead/lead-claim.js'

export default class LeadClaim extends RallyCommand {
  static override summary = 'Take the lead of the room, if nobody has it.'
  static override description =
    'The lead decides plan, merge order and close-out. The lease runs out unless it is renewed; then anybody may take the seat. Of several who claim at once exactly one gets it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --renew-every-minutes 30',
  ]
  static override flags = {
    ...sessionFlags,
    'renew-every-minutes': Flags.integer({
      summary: 'Minutes that the lease lasts.',
      helpValue: 'N',
      default: LEASE_MINUTES,
      min: 1,
    }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(LeadClaim)
    const ctx = await this.rally.session(flags)
    const claim = await claimLead(ctx, { minutes: flags['renew-every-minutes'] })
    if (claim.claimed) auditSeatChange(ctx, claim.takenFrom === null ? 'lead-claim' : 'lead-reclaim')
    const json = toJson(claim, ctx.channel.app)
    const other = claim.claimed ? claim.takenFrom : claim.holder
    const names = other === null ? new Map<string, string>() : await namesOfSessions(ctx, [other])
    return { json, text: () => toText(json, names), error: toError(claim, { asking: ctx.session.sessionId, names }) }
  }
}
