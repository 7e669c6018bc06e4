import { RallyError } from '@rally/core/errors'
import type { LeadClaimOutput } from '@rally/core/model/outputs/lead-claim'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { Claim } from '@rally/core/usecases/lead/claim-lead'
import { leaseEnd } from './lead.js'

type Names = ReadonlyMap<string, string>

export function toJson(claim: Claim, app: string): LeadClaimOutput {
  return {
    action: 'lead-claim',
    app_slug: app,
    claimed: claim.claimed,
    lead: claim.lease,
    taken_from: claim.claimed ? claim.takenFrom : null,
    reason: claim.claimed ? null : claim.reason,
  }
}

/** `names`: what the sessions are called. */
export function toText({ claimed, lead, taken_from }: LeadClaimOutput, names: Names): string {
  if (!claimed) return ''
  const from = taken_from === null ? '' : `, taken over from ${cleanLine(names.get(taken_from) ?? taken_from)}`
  return `you lead until ${leaseEnd(lead)}${from}`
}

/** Who leads until when, and what can be done; undefined for a lead that was taken. */
export function toError(
  claim: Claim,
  { asking, names }: { readonly asking: string; readonly names: Names },
): RallyError | undefined {
  if (claim.claimed) return undefined
  const { holder, until, reason } = claim
  const hint =
    holder === asking
      ? 'that is you: rally lead renew renews it'
      : reason === 'endless'
        ? 'its end cannot be read, so only the holder can renew or release it'
        : `it ends ${leaseEnd(claim.lease)}; wait, or ask the holder to transfer it`
  return new RallyError('LEASE_HELD', {
    ...{ holder, until, reason, hint },
    name: names.get(holder) ?? null,
  })
}
