import type { Claim } from '../../model/claim.js'
import { type FilePattern, type Overlap, overlapOf, parseFilePattern } from '../files/file-pattern.js'

/** A claim of somebody else that stands against a wish. */
export interface ClaimConflict {
  readonly claim: Claim
  /** The first two patterns that meet: of the wish, and of the claim. */
  readonly pattern: string
  readonly theirs: string
  /** `possible`: it cannot be decided exactly whether they name a file in common. */
  readonly overlap: Exclude<Overlap, 'none'>
}

export interface Wish {
  readonly sessionId: string
  readonly patterns: readonly string[]
  readonly mode: Claim['mode']
}

/** The claims of others that name a file of the wish, one of both exclusively. A session never stands against itself. */
export function findClaimConflicts(wish: Wish, claims: readonly Claim[]): ClaimConflict[] {
  const wanted = wish.patterns.map(parseBoth)
  return claims.flatMap((claim) => {
    if (claim.session_id === wish.sessionId || (claim.mode === 'shared' && wish.mode === 'shared')) return []
    return firstMeeting(wanted, claim) ?? []
  })
}

/** Whether two lists of patterns may name a file in common. */
export function patternsMeet(a: readonly string[], b: readonly string[]): boolean {
  const theirs = b.map(parseBoth)
  return a.map(parseBoth).some((one) => theirs.some((other) => meeting(one, other) !== 'none'))
}

function firstMeeting(wanted: readonly BothReadings[], claim: Claim): ClaimConflict | undefined {
  for (const theirs of claim.patterns.map(parseBoth)) {
    for (const mine of wanted) {
      const overlap = meeting(mine, theirs)
      if (overlap !== 'none') return { claim, pattern: mine.exact.text, theirs: theirs.exact.text, overlap }
    }
  }
  return undefined
}

interface BothReadings {
  readonly exact: FilePattern
  /** As a file system reads it that ignores case; which one others have is not known. */
  readonly folded: FilePattern
}

function parseBoth(text: string): BothReadings {
  const fold = (value: string) => value.normalize('NFC').toLowerCase()
  return {
    exact: parseFilePattern(text, { namesAreFiles: true }),
    folded: parseFilePattern(text, { namesAreFiles: true, fold }),
  }
}

function meeting(a: BothReadings, b: BothReadings): Overlap {
  const exact = overlapOf(a.exact, b.exact)
  if (exact !== 'none') return exact
  return overlapOf(a.folded, b.folded) === 'none' ? 'none' : 'possible'
}
