import * as Flags from '@oclif/core/flags'
import { RallyError } from '@rally/core/errors'
import type { LeadClaimOutput } from '@rally/core/model/outputs/lead-claim'
import { LEASE_MINUTES } from '@rally/core/rules/lead/lead-lease'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import { type Claim, claimLead } from '@rally/core/usecases/lead/claim-lead'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { sessionFlags } from '../../flags.js'
import { auditSeatChange, leaseEnd } from '../../views/lead/lead.js'

export default class LeadClaim extends RallyCommand {
  static override summary = 'Take the leadership of the room, if nobody has it.'
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
    const json: LeadClaimOutput = {
      action: 'lead-claim',
      app_slug: ctx.channel.app,
      claimed: claim.claimed,
      lead: claim.lease,
      taken_from: claim.claimed ? claim.takenFrom : null,
      reason: claim.claimed ? null : claim.reason,
    }
    return claim.claimed
      ? { json, text: () => describe(claim) }
      : { json, text: () => '', error: refuse(claim, ctx.session.sessionId) }
  }
}

function describe(claim: Claim & { claimed: true }): string {
  const from = claim.takenFrom === null ? '' : `, taken over from ${cleanLine(claim.takenFrom)}`
  return `you lead until ${leaseEnd(claim.lease)}${from}`
}

function refuse(claim: Claim & { claimed: false }, asking: string): RallyError {
  const { holder, until, reason } = claim
  const hint =
    holder === asking
      ? 'that is you: rally lead renew keeps it for another while'
      : reason === 'endless'
        ? 'its end cannot be read, so only the holder can renew or give it up'
        : `it ends ${leaseEnd(claim.lease)}; wait, or ask the holder to transfer it`
  return new RallyError('LEASE_HELD', { holder, until, reason, hint })
}
