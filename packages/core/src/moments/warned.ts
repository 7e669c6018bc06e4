import type { Collision, CollisionKind } from './collisions.js'

/** A warning that a session was given. */
export interface Warned {
  /** Start of the peer's stretch of work that was spoken of, epoch seconds. */
  readonly since: number
  readonly path: string
  readonly peer: string
  readonly kind: CollisionKind
}

/**
 * Whether a collision is news: nothing was said of this file and peer yet, its kind has changed since, or the peer's work on
 * the file ended and began anew: by its clock later, or earlier where that was set back. What is only announced has no
 * beginning (0). `warned` is in the order of saying.
 */
export function isNewCollision(collision: Collision, warned: readonly Warned[]): boolean {
  const last = warned.findLast((entry) => entry.path === collision.path && entry.peer === collision.peer.sessionId)
  return last === undefined || last.kind !== collision.kind || ![0, last.since].includes(collision.since)
}
