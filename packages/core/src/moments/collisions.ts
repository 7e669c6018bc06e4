import type { InFlight } from '../model/in-flight.js'
import { matchesFile, parseFilePattern } from '../rules/files/file-pattern.js'
import { isKin } from '../rules/presence/family.js'
import { DENY_SECS, foldPath, isInFlight, wasFirst } from '../rules/presence/in-flight.js'
import type { Peer, Self } from './room.js'
import { isSameTree } from './same-tree.js'

/** `collision`: same machine and working tree, an edit can overwrite the other's. `merge-risk`: they meet when merged. */
export type CollisionKind = 'collision' | 'merge-risk'

/** A file that a session is about to edit, and a peer who edits it too. */
export interface Collision {
  readonly peer: Peer
  readonly kind: CollisionKind
  readonly path: string
  /** Epoch seconds: start of the peer's present work on the file, and its last edit. */
  readonly since: number
  readonly last: number
  /** The peer's claim is fresh, in the same working tree, and was there first: an edit may be refused. */
  readonly deniable: boolean
}

export interface CollisionQuery {
  readonly self: Self
  /** This session's own claims of the files that it edits now. */
  readonly own: readonly InFlight[]
  /** Entries of anybody on any file; those that do not matter are left out here. */
  readonly inFlight: readonly InFlight[]
  /** Facts of a session that is live, undefined for one that is not. */
  readonly livePeer: (entry: InFlight) => Peer | undefined
  /** By which path the session can use a file of its own edit; without it that in the file's working tree. */
  readonly nameOf?: (file: InFlight) => string
  readonly now: number
}

/** Who else holds the files that a session edits: one entry per file and live peer, collisions first. */
export function findCollisions({ self, own, inFlight, livePeer, nameOf, now }: CollisionQuery): Collision[] {
  const found = new Map<string, Collision>()
  for (const entry of inFlight) {
    if (entry.sessionId === self.sessionId || !isInFlight(entry, now)) continue
    const isMeant = meaningOf(entry, self.caseInsensitive)
    const mine = own.find(isMeant)
    const peer = mine === undefined ? undefined : livePeer(entry)
    if (mine === undefined || peer === undefined || isKin(self, peer)) continue
    const here = peer.where !== 'machine' && isSameTree(entry, mine)
    const collision: Collision = {
      peer: { ...peer, where: here ? 'here' : peer.where === 'machine' ? 'machine' : 'worktree' },
      kind: here ? 'collision' : 'merge-risk',
      path: nameOf?.(mine) ?? mine.path,
      since: entry.since,
      last: entry.last,
      deniable: here && now - entry.last < DENY_SECS && wasFirst(entry, mine),
    }
    const key = `${peer.sessionId}\n${mine.worktree}\n${mine.path}`
    const before = found.get(key)
    if (before === undefined || rank(collision) > rank(before)) found.set(key, collision)
  }
  return [...found.values()].sort((a, b) => rank(b) - rank(a) || b.last - a.last)
}

/** A session that announces its files by itself may announce a folder or a glob; hooks name single files. */
function meaningOf(entry: InFlight, caseInsensitive: boolean): (claim: InFlight) => boolean {
  const fold = (path: string) => foldPath(path, caseInsensitive)
  const path = fold(entry.path)
  if (entry.announced !== true) return (claim) => claim.path === entry.path || fold(claim.path) === path
  const pattern = parseFilePattern(path)
  return (claim) => fold(claim.path) === path || matchesFile(pattern, fold(claim.path))
}

function rank(collision: Collision): number {
  return collision.kind === 'collision' ? 1 : 0
}
