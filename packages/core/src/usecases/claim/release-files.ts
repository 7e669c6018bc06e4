import { RallyError } from '../../errors.js'
import type { Claim } from '../../model/claim.js'
import { claimPattern } from '../../rules/claim/claim-pattern.js'
import { type Release, releaseClaims } from '../../rules/claim/release-claims.js'
import type { SessionContext } from '../context.js'
import { changeClaims, recordClaimChange, showClaims } from './change-claims.js'

/** What to give back. */
export interface ReleaseInput {
  /** The id of a claim, or a pattern as seen from the context's `workdir`; without it everything that the session holds. */
  readonly what?: string | undefined
}

/** What was given back. */
export interface ReleaseAnswer {
  /** What was given back: whole claims, or claims with only the patterns that were given back. */
  readonly released: readonly Claim[]
  /** What their sessions are called in this room, by id. */
  readonly names: ReadonlyMap<string, string>
  /** Null where there was nothing to give back. */
  readonly revision: number | null
}

/**
 * Gives claims back: the session's own, and named ones that it made for others.
 * Throws NOT_FOUND for an id or pattern that is not among them, BUSY, SERVER_UNREACHABLE, and what the transport throws.
 */
export async function releaseFiles(ctx: SessionContext, { what }: ReleaseInput = {}): Promise<ReleaseAnswer> {
  const { sessionId } = ctx.session
  const wanted = what === undefined ? [undefined] : [...new Set([what, ...patternsOf(ctx, what)])]
  const { released, names } = await changeClaims<Release & { names: ReadonlyMap<string, string> }>(
    ctx,
    ({ document, nameOf, now }) => {
      const names = new Map(document.claims.map((claim) => [claim.session_id, nameOf(claim)]))
      const releases = wanted.map((name) => releaseClaims(document, { sessionId, what: name, now }))
      const found = releases.find((release) => release.released.length > 0)
      return found === undefined
        ? { answer: { released: [], next: document, names } }
        : { next: found.next, answer: { ...found, names } }
    },
  )
  if (released.length === 0) {
    if (what === undefined) return { released, names, revision: null }
    throw new RallyError('NOT_FOUND', { what: 'claim of this session', value: what, hint: 'rally claims lists them' })
  }
  for (const holder of new Set(released.map((claim) => claim.session_id))) await showClaims(ctx, holder)
  const patterns = released.flatMap((claim) => claim.patterns)
  const revision = await recordClaimChange(ctx, 'release', {
    claim_ids: released.map(({ id }) => id),
    patterns,
    message: `released ${patterns.join(', ')}`,
  })
  return { released, names, revision }
}

/** A folder is claimed with a slash at its end; it may be named without. */
function patternsOf(ctx: SessionContext, what: string): string[] {
  const worktree = ctx.channel.worktree ?? ctx.channel.repoRoot ?? ctx.workdir
  const read = claimPattern(what, { workdir: ctx.workdir, worktree })
  return 'refusal' in read ? [] : [read.pattern, `${read.pattern.replace(/\/$/, '')}/`]
}
