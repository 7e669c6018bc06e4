import type { Claim, ClaimsDocument } from '../../model/claim.js'
import { isPerson } from '../roster/person.js'
import { type ClaimConflict, findClaimConflicts, type Wish } from './claim-conflicts.js'
import { lostAfter } from './lost-claims.js'

/** An ended claim that stands in nobody's way is kept so long (seconds): its session may only have been silent. */
const KEPT_SECS = 24 * 3600

export interface ClaimWish extends Wish {
  readonly tool: string
  readonly host: string
  readonly machine?: string | undefined
  readonly by: string | null
  readonly why: string | null
  readonly secs: number
}

export type ClaimDecision =
  | {
      readonly granted: Claim
      readonly renewed: boolean
      /** Claims that were taken out, because they ended. */
      readonly ended: readonly Claim[]
      readonly next: ClaimsDocument
    }
  | { readonly conflicts: readonly ClaimConflict[] }

/**
 * Decides a wish on the document as it stands. A claim that holds refuses it; one that does not and stands in its way is taken
 * out for good. The same patterns again are a renewal: the claim keeps its id and number, and gets a new end.
 *
 * @param holds whether a claim holds at `now` (epoch seconds).
 */
export function grantClaim(
  document: ClaimsDocument,
  wish: ClaimWish,
  { now, holds }: { readonly now: number; readonly holds: (claim: Claim) => boolean },
): ClaimDecision {
  const inTheWay = findClaimConflicts(wish, document.claims)
  const conflicts = inTheWay.filter(({ claim }) => holds(claim))
  if (conflicts.length > 0) return { conflicts }
  const ended = new Set(inTheWay.map(({ claim }) => claim.id))
  const kept = document.claims.filter(
    (claim) => !ended.has(claim.id) && (holds(claim) || now < claim.until + KEPT_SECS),
  )
  const before = kept.find((claim) => claim.session_id === wish.sessionId && sameTexts(claim.patterns, wish.patterns))
  const renewed = before !== undefined && holds(before)
  const fence = renewed ? document.fence : document.fence + 1
  const granted: Claim = {
    id: renewed ? before.id : `c${fence}`,
    fence: renewed ? before.fence : fence,
    session_id: wish.sessionId,
    tool: wish.tool,
    host: wish.host,
    ...(wish.machine === undefined ? {} : { machine: wish.machine }),
    by: wish.by,
    patterns: [...wish.patterns],
    mode: wish.mode,
    why: wish.why,
    since: renewed ? before.since : now,
    until: now + wish.secs,
    secs: wish.secs,
  }
  const others = kept.filter((claim) => claim !== before)
  const taken = document.claims.filter((claim) => claim !== before && !kept.includes(claim))
  const lost = lostAfter(document.lost, {
    now,
    // A person's claim ends by time, which needs no telling.
    taken: taken
      .filter((claim) => !isPerson(claim) && claim.session_id !== wish.sessionId)
      .map((claim) => ({ claim, by: ended.has(claim.id) ? wish.sessionId : null })),
    regained: wish,
  })
  return { granted, renewed, ended: taken, next: { ...document, fence, claims: [...others, granted], ...lost } }
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text) => b.includes(text))
}
