import type { LeadTransferOutput } from '@rally/core/model/outputs/lead-transfer'
import type { Transfer } from '@rally/core/usecases/lead/transfer-lead'
import { leaseEnd } from './lead.js'

export function toJson(transfer: Transfer, app: string): LeadTransferOutput {
  return {
    action: 'lead-transfer',
    app_slug: app,
    transferred: transfer.transferred,
    lead: transfer.lease,
    reason: transfer.transferred ? null : transfer.reason,
  }
}

/** `to`: the successor in the words of whoever asked. */
export function toText({ transferred, lead }: LeadTransferOutput, to: string): string {
  return transferred ? `${to} leads until ${leaseEnd(lead)}` : ''
}
