import type { SessionContext } from '../context.js'
import { leaseFacts } from './lead-facts.js'
import { changeSeat, type NotHolder, recordSeatChange, requireHolder } from './lead-seat.js'

/** Whether the seat is empty now, or who has it. */
export type Relinquishment =
  | { readonly relinquished: true; readonly revision: number }
  | { readonly relinquished: false; readonly reason: NotHolder; readonly lease: unknown }

/** Empties the seat, if this session has it (protocol section 9). */
export async function relinquishLead(
  ctx: SessionContext,
  options: { reason?: string | undefined } = {},
): Promise<Relinquishment> {
  const change = await changeSeat<NotHolder>(ctx, (seat) => {
    const refusal = requireHolder(ctx, seat)
    return refusal === undefined ? { next: null } : { refusal }
  })
  if (change.refusal !== undefined) return { relinquished: false, reason: change.refusal, lease: change.lease }
  const facts = { ...leaseFacts(change.before), ...(options.reason ? { reason: options.reason } : {}) }
  return { relinquished: true, revision: await recordSeatChange(ctx, 'lead-relinquish', facts) }
}
