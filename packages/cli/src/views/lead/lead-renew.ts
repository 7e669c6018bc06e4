import type { LeadRenewOutput } from '@rally/core/model/outputs/lead-renew'
import type { Renewal } from '@rally/core/usecases/lead/renew-lead'
import { leaseEnd } from './lead.js'

export function toJson(renewal: Renewal, app: string): LeadRenewOutput {
  return {
    action: 'lead-renew',
    app_slug: app,
    renewed: renewal.renewed,
    lead: renewal.lease,
    reason: renewal.renewed ? null : renewal.reason,
  }
}

export function toText({ renewed, lead }: LeadRenewOutput): string {
  return renewed ? `you lead until ${leaseEnd(lead)}` : ''
}
