import { extendLease } from '../../rules/lead/lead-lease.js'
import type { SessionContext } from '../context.js'
import { leaseFacts } from './lead-facts.js'
import { changeSeat, type NotHolder, recordSeatChange, requireHolder } from './lead-seat.js'

/** Whether the lease goes on, and the lease as it stands. */
export type Renewal =
  | { readonly renewed: true; readonly lease: unknown; readonly revision: number }
  | { readonly renewed: false; readonly lease: unknown; readonly reason: NotHolder }

/** Starts the holder's window again (protocol section 9), also after it has run out, as long as nobody took the seat. */
export async function renewLead(ctx: SessionContext, options: { minutes?: number | undefined } = {}): Promise<Renewal> {
  const change = await changeSeat<NotHolder>(ctx, (seat, value, now) => {
    const refusal = requireHolder(ctx, seat)
    return refusal === undefined ? { next: extendLease(value, { now, minutes: options.minutes }) } : { refusal }
  })
  const { lease, refusal } = change
  if (refusal !== undefined) return { renewed: false, lease, reason: refusal }
  return { renewed: true, lease, revision: await recordSeatChange(ctx, 'lead-renew', leaseFacts(lease)) }
}
