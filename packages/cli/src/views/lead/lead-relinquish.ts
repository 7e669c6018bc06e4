import type { LeadRelinquishOutput } from '@rally/core/model/outputs/lead-relinquish'
import type { Relinquishment } from '@rally/core/usecases/lead/relinquish-lead'

export function toJson(given: Relinquishment, app: string): LeadRelinquishOutput {
  return {
    action: 'lead-relinquish',
    app_slug: app,
    relinquished: given.relinquished,
    lead: given.relinquished ? null : given.lease,
    reason: given.relinquished ? null : given.reason,
  }
}

export function toText({ relinquished }: LeadRelinquishOutput): string {
  return relinquished ? 'the seat is empty' : ''
}
