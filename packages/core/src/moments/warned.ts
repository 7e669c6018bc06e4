import type { ToldPeer } from '../model/telling.js'
import type { ToldReason } from '../model/told-reasons.js'
import type { Collision, CollisionKind } from './collisions.js'

/** A warning that a session was given. */
export interface Warned {
  /** Start of the peer's stretch of work, or of its claim, that was spoken of, epoch seconds. */
  readonly since: number
  readonly path: string
  readonly peer: string
  readonly kind: CollisionKind | LineKind
}

/**
 * What a line speaks of: the session's own claim (`path` is its id), a git command (`path` says which and whose work), a file
 * that changed, the branch.
 */
export type LineKind = 'lost' | 'git' | 'drift' | 'branch'

/** A warning of one line. It is told once: `warned` is what is noted of it. */
export interface NewsLine {
  readonly reason: ToldReason
  readonly text: string
  /** The files and the session that it speaks of, for the history. */
  readonly files?: readonly string[]
  readonly peer?: ToldPeer
  readonly warned: Warned
  /** The same of further files that it names. */
  readonly also?: readonly Warned[]
}

/** Whether a line was not told in this context. */
export function isNewLine(line: NewsLine, warned: readonly Warned[]): boolean {
  const isSaid = (one: Warned): boolean =>
    warned.some(({ kind, path, peer, since }) => {
      return kind === one.kind && path === one.path && peer === one.peer && since === one.since
    })
  return ![line.warned, ...(line.also ?? [])].every(isSaid)
}

/**
 * Whether a collision is news: nothing was said of this file and peer yet, its kind has changed since, or the peer's work on
 * the file ended and began anew: by its clock later, or earlier where that was set back. What is only announced has no
 * beginning (0). A claim is news once, also that of a peer whose edits were spoken of before. `warned` is in the order of saying.
 */
export function isNewCollision(collision: Collision, warned: readonly Warned[]): boolean {
  const { kind, since, path, peer, claim } = collision
  const said = warned.filter((entry) => entry.path === path && entry.peer === peer.sessionId)
  const claimed = claim?.claim.since ?? (kind === 'claim' ? since : undefined)
  if (claimed !== undefined && !said.some((entry) => entry.kind === 'claim' && entry.since === claimed)) return true
  if (kind === 'claim') return false
  const last = said.findLast((entry) => entry.kind === 'collision' || entry.kind === 'merge-risk')
  return last === undefined || last.kind !== kind || ![0, last.since].includes(since)
}

/** What is noted once these were said: a collision with who also keeps the file tells of the claim, too. */
export function warnedOf(collisions: readonly Collision[]): Warned[] {
  return collisions.flatMap(({ since, path, peer, kind, claim }) => [
    { since, path, peer: peer.sessionId, kind },
    ...(claim === undefined || kind === 'claim'
      ? []
      : [{ since: claim.claim.since, path, peer: peer.sessionId, kind: 'claim' as const }]),
  ])
}
