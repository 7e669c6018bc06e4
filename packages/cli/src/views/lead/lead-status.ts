import type { LeadStatusOutput } from '@rally/core/model/outputs/lead-status'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { LeadReport } from '@rally/core/usecases/lead/read-lead'
import { leaseEnd } from './lead.js'

/** `name`: what the session in the seat is called, null for an empty one. */
export function toJson(
  { lease, valid, seat }: LeadReport,
  { app, name }: { app: string; name: string | null },
): LeadStatusOutput {
  return { action: 'lead-status', app_slug: app, lead: lease, lease_valid: valid, seat: seat.state, name }
}

export function toText({ lease, seat }: LeadReport, name: string | null): string {
  if (seat.state === 'empty') return 'nobody leads; rally lead claim takes the seat'
  const holder = cleanLine(name ?? seat.sessionId)
  if (seat.state === 'held') return `${holder} leads until ${leaseEnd(lease)}`
  if (seat.state === 'expired')
    return `nobody leads: the lease of ${holder} ran out at ${leaseEnd(lease)}; rally lead claim takes the seat`
  return `${holder} leads; the end of its lease cannot be read`
}
