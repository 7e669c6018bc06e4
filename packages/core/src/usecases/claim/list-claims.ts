import type { Claim } from '../../model/claim.js'
import type { RoomContext, SessionContext } from '../context.js'
import { lookAtClaims } from './change-claims.js'

/** One claim, and whether it holds now. */
export interface ClaimReport {
  readonly claim: Claim
  /** What its session is called in this room. */
  readonly name: string
  /** What the one who made it for that session is called; null for a claim of one's own. */
  readonly maker: string | null
  /** Whether it holds now; one that does not stands until somebody claims the same. */
  readonly holds: boolean
  /** When it ends if nothing more is heard of its session (epoch seconds). */
  readonly ends: number
}

/** The claims of a room, the newest first. In a relayed room the copy of this machine. */
export async function listClaims(
  ctx: RoomContext & { readonly session?: SessionContext['session'] | undefined },
): Promise<readonly ClaimReport[]> {
  const { document, holds, ends, nameOf, makerOf } = await lookAtClaims(ctx)
  return document.claims
    .map((claim) => ({
      ...{ claim, name: nameOf(claim), maker: makerOf(claim) },
      ...{ holds: holds(claim), ends: ends(claim) },
    }))
    .sort((a, b) => b.claim.fence - a.claim.fence)
}
