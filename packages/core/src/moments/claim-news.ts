import type { LostClaim } from '../model/claim.js'
import { formatAge } from '../rules/text/format-age.js'
import type { ClaimNamed } from './claim-named.js'
import { quoteInline, showPath, showSession } from './fence.js'
import type { NewsLine } from './warned.js'

/** A claim that the session lost, and the file of its edit that it named. */
export interface LostNamed {
  readonly lost: LostClaim
  readonly path: string
  /** Who took it, as a peer is shown; undefined where it only ended. */
  readonly by?: string | undefined
}

/** `src/cart/** (c3, 14m ago, "new price rules")`. */
export function showClaim({ claim, pattern }: ClaimNamed, now: number): string {
  const since = `${formatAge(Math.max(0, now - claim.since))} ago`
  const why = claim.why === null ? '' : `, ${quoteInline(claim.why)}`
  return `${showPath(pattern, 120)} (${showSession(claim.id)}, ${since}${why})`
}

/** Which files stand behind a pattern, where it is not the file itself. */
export function coveredBy({ pattern }: ClaimNamed, paths: readonly string[]): string {
  const others = paths.filter((path) => path !== pattern)
  return others.length === 0 ? '' : `, which covers ${others.map((path) => showPath(path)).join(', ')}`
}

/** What a session hears before it edits a file that it had claimed. */
export function lostLine({ lost, path, by }: LostNamed, now: number): NewsLine {
  const how = by === undefined ? 'ended while nothing was heard of you' : `was taken over by ${by}`
  const when = `${formatAge(Math.max(0, now - lost.at))} ago`
  const what = lost.patterns.slice(0, 3).map((pattern) => showPath(pattern, 80))
  return {
    reason: 'lost-claim',
    text:
      `rally: your claim ${showSession(lost.id)} of ${what.join(', ')} ${how} (${when}). ` +
      `Read ${showPath(path)} again before you change it: rally claims.`,
    warned: { kind: 'lost', path: lost.id, since: lost.at, peer: lost.by ?? lost.id },
  }
}

/** The session that holds a claim, and whether it lives. */
