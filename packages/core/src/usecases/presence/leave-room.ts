import { isRallyError } from '../../errors.js'
import { requireSafeId } from '../../ids.js'
import { nameOfAsking, shownName } from '../../rules/roster/shown-names.js'
import { releaseFiles } from '../claim/release-files.js'
import type { SessionContext } from '../context.js'
import { LEAD } from '../lead/lead-seat.js'
import { relinquishLead } from '../lead/relinquish-lead.js'

/** What a session that left has given up. */
export interface Departure {
  /** What it was called here. */
  readonly name: string
  /** Where the presence was (a path or a key); null when there was none. */
  readonly removed: string | null
  /** Names of the leases and ids of the claims given up. */
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
  const presence = await ctx.transport.sessions.get(sessionId)
  const name = presence === undefined ? nameOfAsking(ctx.session) : shownName(presence)
  const released =
    options.keepClaims === true
      ? []
      : [
          ...(await orNothing(() => releaseLead(ctx, options.reason))),
          ...(await orNothing(async () => (await releaseFiles(ctx)).released.map(({ id }) => id))),
        ]
  const removed = await ctx.transport.sessions.remove(sessionId)
  await restName(ctx, sessionId)
  return { name, removed, released }
}

/** A name that cannot be marked is free a day after its session was here all the same. */
async function restName({ transport }: SessionContext, sessionId: string): Promise<void> {
  try {
    await transport.names.release(sessionId)
  } catch (error) {
    if (!isRallyError(error) || error.code !== 'NOT_STORED') throw error
  }
}

async function releaseLead(ctx: SessionContext, reason: string | undefined): Promise<readonly string[]> {
  const { relinquished } = await relinquishLead(ctx, { reason: reason || 'session left' })
  return relinquished ? [LEAD] : []
}

/** Somebody who leaves must not be kept here by a server that is down; leases expire by themselves, claims end with the session. */
async function orNothing(release: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await release()
  } catch (error) {
    if (isRallyError(error) && error.code === 'SERVER_UNREACHABLE') return []
    throw error
  }
}
