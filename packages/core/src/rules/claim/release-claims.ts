import type { Claim, ClaimsDocument } from '../../model/claim.js'
import { lostAfter } from './lost-claims.js'

/** What to give back: a claim by its id or one of its patterns; without either everything. */
export interface ReleaseWish {
  readonly sessionId: string
  readonly what?: string | undefined
  /** Epoch seconds. */
  readonly now: number
}

export interface Release {
  /** What was given back: whole claims, or claims with only the patterns that were given back. */
  readonly released: readonly Claim[]
  readonly next: ClaimsDocument
}

/** Takes a session's own claims, and those that it made for others, out of the document. */
export function releaseClaims(document: ClaimsDocument, { sessionId, what, now }: ReleaseWish): Release {
  const released: Claim[] = []
  const claims = document.claims.flatMap((claim): Claim[] => {
    // Of others' claims only those that are named are given back.
    const mayRelease = claim.session_id === sessionId || (what !== undefined && claim.by === sessionId)
    if (!mayRelease) return [claim]
    if (what === undefined || claim.id === what) {
      released.push(claim)
      return []
    }
    if (!claim.patterns.includes(what)) return [claim]
    released.push({ ...claim, patterns: [what] })
    const patterns = claim.patterns.filter((pattern) => pattern !== what)
    return patterns.length === 0 ? [] : [{ ...claim, patterns }]
  })
  const taken = released.filter((claim) => claim.session_id !== sessionId).map((claim) => ({ claim, by: sessionId }))
  return { released, next: { ...document, claims, ...lostAfter(document.lost, { now, taken }) } }
}
