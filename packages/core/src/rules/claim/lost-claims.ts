import type { Claim, LostClaim } from '../../model/claim.js'
import { patternsMeet } from './claim-conflicts.js'

/** For so long (seconds) it is kept that a session lost a claim, and so many of them. */
const KEPT_SECS = 24 * 3600
const MOST_LOST = 200

export interface LostChange {
  /** Epoch seconds. */
  readonly now: number
  /** Claims that their sessions lose now, and to whom. */
  readonly taken?: readonly { readonly claim: Claim; readonly by: string | null }[]
  /** What a session claimed now: it has these files again. */
  readonly regained?: { readonly sessionId: string; readonly patterns: readonly string[] }
}

/** What stands in the document of the claims that were lost, after a change. */
export function lostAfter(before: readonly LostClaim[] | undefined, change: LostChange): { lost?: LostClaim[] } {
  const { now, taken = [], regained } = change
  const kept = (before ?? []).filter(
    (one) =>
      now < one.at + KEPT_SECS &&
      !(one.session_id === regained?.sessionId && patternsMeet(one.patterns, regained.patterns)),
  )
  const added = taken.map(({ claim: { id, session_id, patterns }, by }): LostClaim => {
    return { id, session_id, patterns: [...patterns], at: now, by }
  })
  const lost = [...kept, ...added].slice(-MOST_LOST)
  return lost.length === 0 && before === undefined ? {} : { lost }
}
