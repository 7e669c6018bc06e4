import { isRallyError, RallyError } from '../../errors.js'
import type { JsonObject } from '../../readers.js'
import { readSeat, type Seat } from '../../rules/lead/lead-lease.js'
import type { SessionContext } from '../context.js'
import { decideLease } from '../lease/decide-lease.js'
import { draftRecord } from '../log/draft-record.js'

export const LEAD = 'lead'

/** Why the holder's verbs are refused. */
export type NotHolder = 'no_lead' | 'not_lead'

/** What to do with the seat: put `next` into it (null empties it), or leave it for a reason. */
export type SeatDecision<Refusal> = { readonly next: JsonObject | null } | { readonly refusal: Refusal }

export interface SeatChange<Refusal> {
  /** The lease that stands now; null for an empty seat. */
  readonly lease: unknown
  /** The seat before. */
  readonly seat: Seat
  readonly before: unknown
  readonly refusal?: Refusal
}

/** Decides on the seat as it is and stores the decision, again from the start when somebody was faster. Throws BUSY when that never ends. */
export async function changeSeat<Refusal>(
  ctx: SessionContext,
  decide: (seat: Seat, value: unknown, now: number) => SeatDecision<Refusal>,
): Promise<SeatChange<Refusal>> {
  return decideLease<SeatChange<Refusal>>(
    ctx.transport.leases,
    { name: LEAD, what: 'the leadership seat' },
    (stored) => {
      const before = stored?.value ?? null
      const now = ctx.clock.now()
      const seat = readSeat(before, now, stored?.writtenAt)
      const decision = decide(seat, before, now)
      if ('refusal' in decision) return { answer: { lease: before, seat, before, refusal: decision.refusal } }
      return { next: decision.next, answer: { lease: decision.next, seat, before } }
    },
  )
}

/** Refuses everybody but the holder. */
export function requireHolder(ctx: SessionContext, seat: Seat): NotHolder | undefined {
  if (seat.state === 'empty') return 'no_lead'
  return seat.sessionId === ctx.session.sessionId ? undefined : 'not_lead'
}

/** Leaves the change of the seat in the log; answers its revision. */
export async function recordSeatChange(
  ctx: SessionContext,
  kind: 'lead-claim' | 'lead-reclaim' | 'lead-renew' | 'lead-transfer' | 'lead-relinquish',
  payload: JsonObject,
): Promise<number> {
  try {
    const full = { session_id: ctx.session.sessionId, ...payload }
    const { revision } = await ctx.transport.log.append(await draftRecord(ctx, ctx.session, { kind, payload: full }))
    return revision
  } catch (error) {
    if (!isRallyError(error)) throw error
    const hint = 'the seat itself was changed; rally lead status shows it'
    throw new RallyError('NOT_STORED', { what: `${kind} record`, reason: error.message, hint }, { cause: error })
  }
}
