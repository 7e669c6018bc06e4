import type { Lease } from '../../model/lease.js'
import { obj, str } from '../../readers.js'
import { grantLease, type LEASE_MINUTES_BY_SIZE } from '../../rules/lead/lead-lease.js'
import { classifyWorkSize } from '../../rules/task/classify-work-size.js'
import type { SessionContext } from '../context.js'
import { changeSeat, recordSeatChange } from './lead-seat.js'

/** How long the seat of the lead is taken for, in minutes, or what that is judged by. */
export interface ClaimInput {
  readonly minutes?: number | undefined
  /** Sets the window where `minutes` is not given: 30 or 120 minutes. */
  readonly workSize?: keyof typeof LEASE_MINUTES_BY_SIZE | undefined
  /** What the size is judged by where `workSize` is not given: `XS` to `XL`, and where that says nothing the number of owned paths. */
  readonly effort?: string | undefined
  readonly scopePaths?: readonly string[] | undefined
}

/** The lease that was taken, or the one that stands. */
export type Claim =
  | { readonly claimed: true; readonly lease: Lease; readonly takenFrom: string | null; readonly revision: number }
  | {
      readonly claimed: false
      /** The lease of the incumbent, as stored. */
      readonly lease: unknown
      readonly holder: string
      readonly until: string
      /** `endless`: its end cannot be read, so it comes when as much time as any lease lasts has gone by. */
      readonly reason: 'held' | 'endless'
    }

/**
 * Takes the seat of the lead if it is empty, damaged or expired (protocol section 9); of many at once exactly one gets it.
 * The holder does not claim again but renews.
 */
export async function claimLead(ctx: SessionContext, input: ClaimInput = {}): Promise<Claim> {
  const { session } = ctx
  let granted: Lease | undefined
  const change = await changeSeat<'held' | 'endless'>(ctx, (seat, _value, now) => {
    if (seat.state === 'held' || seat.state === 'endless') return { refusal: seat.state }
    granted = grantLease({ session, now, minutes: input.minutes, workSize: sizeOf(input) })
    return { next: granted }
  })
  const { seat } = change
  if (change.refusal !== undefined || granted === undefined) {
    const holder = seat.state === 'empty' ? '' : seat.sessionId
    const until = str(obj(obj(change.lease).lead).lease_until)
    return { claimed: false, lease: change.lease, holder, until, reason: change.refusal ?? 'held' }
  }
  const takenFrom = seat.state === 'expired' ? seat.sessionId : null
  const revision = await recordSeatChange(ctx, takenFrom === null ? 'lead-claim' : 'lead-reclaim', {
    lease_until: granted.lead.lease_until,
    run_id: granted.run_id,
    ...(takenFrom === null ? {} : { from_session_id: takenFrom }),
  })
  return { claimed: true, lease: granted, takenFrom, revision }
}

/** Undefined where nothing is said of the work: then the lease lasts as long as any other. */
function sizeOf({ workSize, effort, scopePaths }: ClaimInput): ClaimInput['workSize'] {
  if (workSize !== undefined || effort === undefined) return workSize
  return classifyWorkSize({ effort, scopePaths })
}
