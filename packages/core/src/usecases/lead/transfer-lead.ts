import { requireSafeId } from '../../ids.js'
import { extendLease } from '../../rules/lead/lead-lease.js'
import type { SessionContext } from '../context.js'
import { leaseFacts } from './lead-facts.js'
import { changeSeat, type NotHolder, recordSeatChange, requireHolder } from './lead-seat.js'

/** The session that leads from now on. */
export interface Successor {
  readonly sessionId: string
  /** Without it what the session's presence says. */
  readonly tool?: string | undefined
  readonly model?: string | undefined
}

/** Whether the seat changed hands, and the lease as it stands. */
export type Transfer =
  | { readonly transferred: true; readonly lease: unknown; readonly revision: number }
  | { readonly transferred: false; readonly lease: unknown; readonly reason: NotHolder }

/** Gives the seat to another session with a fresh window (protocol section 9). Throws UNSAFE_ID. */
export async function transferLead(ctx: SessionContext, to: Successor): Promise<Transfer> {
  const sessionId = requireSafeId(to.sessionId, 'session id')
  const known = await ctx.transport.sessions.get(sessionId)
  const successor = {
    sessionId,
    tool: to.tool ?? known?.tool ?? 'unknown',
    model: to.model ?? known?.model ?? 'unknown',
  }
  const change = await changeSeat<NotHolder>(ctx, (seat, value, now) => {
    const refusal = requireHolder(ctx, seat)
    return refusal === undefined ? { next: extendLease(value, { now, successor }) } : { refusal }
  })
  const { lease, refusal } = change
  if (refusal !== undefined) return { transferred: false, lease, reason: refusal }
  const facts = { to_session_id: successor.sessionId, to_tool: successor.tool, ...leaseFacts(lease) }
  return { transferred: true, lease, revision: await recordSeatChange(ctx, 'lead-transfer', facts) }
}
