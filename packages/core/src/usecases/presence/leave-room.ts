import { isRallyError } from '../../errors.js'
import { requireSafeId } from '../../ids.js'
import type { SessionContext } from '../context.js'
import { LEAD } from '../lead/lead-seat.js'
import { relinquishLead } from '../lead/relinquish-lead.js'

export interface Departure {
  /** Where the presence was (a path or a key); null when there was none. */
  readonly removed: string | null
  /** Names of the leases given up. */
  readonly released: readonly string[]
}

/**
 * Takes this session, and no other, out of the room and gives up what it holds. Repeating it does nothing.
 * Throws UNSAFE_ID: an id is one exact name, never a pattern.
 */
export async function leaveRoom(
  ctx: SessionContext,
  options: { reason?: string | undefined; keepClaims?: boolean } = {},
): Promise<Departure> {
  const sessionId = requireSafeId(ctx.session.sessionId, 'session id')
  const released = options.keepClaims === true ? [] : await releaseLeases(ctx, options.reason)
  const removed = await ctx.transport.sessions.remove(sessionId)
  await ctx.transport.names.release(sessionId)
  return { removed, released }
}

async function releaseLeases(ctx: SessionContext, reason: string | undefined): Promise<readonly string[]> {
  try {
    const { relinquished } = await relinquishLead(ctx, { reason: reason || 'session left' })
    return relinquished ? [LEAD] : []
  } catch (error) {
    // Somebody who leaves must not be kept here by a server that is down; the lease expires by itself.
    if (isRallyError(error) && error.code === 'SERVER_UNREACHABLE') return []
    throw error
  }
}
