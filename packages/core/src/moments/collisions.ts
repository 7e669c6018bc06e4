import type { Claim } from '../model/claim.js'
import type { InFlight } from '../model/in-flight.js'
import { claimOnFile } from '../rules/claim/claims-on-file.js'
import { matchesFile, parseFilePattern } from '../rules/files/file-pattern.js'
import { isKin } from '../rules/presence/family.js'
import { DENY_SECS, foldPath, isInFlight, wasFirst } from '../rules/presence/in-flight.js'
import { isSameTree } from '../rules/presence/same-tree.js'
import type { ClaimHolder, ClaimNamed } from './claim-named.js'
import type { Peer, Self } from './room.js'

/**
 * `collision`: same machine and working tree, an edit can overwrite the other's. `merge-risk`: they meet when merged. `claim`:
 * the other keeps the file, and does not edit it now.
 */
export type CollisionKind = 'collision' | 'merge-risk' | 'claim'

/** A file that a session is about to edit, and a peer who edits it too. */
export interface Collision {
  readonly peer: Peer
  readonly kind: CollisionKind
  readonly path: string
  /** Epoch seconds: start of the peer's present work on the file, and its last edit. */
  readonly since: number
  readonly last: number
  /** The peer's work is fresh or claimed, in the same working tree, and was there first: an edit may be refused. */
  readonly deniable: boolean
  /** The peer claimed the file. */
  readonly claim?: ClaimNamed
}

export interface CollisionQuery {
  readonly self: Self
  /** This session's own claims of the files that it edits now. */
  readonly own: readonly InFlight[]
  /** Entries of anybody on any file; those that do not matter are left out here. */
  readonly inFlight: readonly InFlight[]
  /** Facts of a session that is live, undefined for one that is not. */
  readonly livePeer: (entry: InFlight) => Peer | undefined
  /** Claims of anybody, the session's own among them, and who holds one; undefined for one that does not hold. */
  readonly claims?: readonly Claim[]
  readonly holderOf?: (claim: Claim) => ClaimHolder | undefined
  /** By which path the session can use a file of its own edit; without it that in the file's working tree. */
  readonly nameOf?: (file: InFlight) => string
  readonly now: number
}

/** Who else holds the files that a session edits: one entry per file and live peer, collisions first. */
export function findCollisions(query: CollisionQuery): Collision[] {
  const { self, own, inFlight, livePeer, nameOf, now } = query
  const found = new Map<string, Collision>()
  const ownClaims = query.claims?.filter((claim) => isOwnClaim(claim, self)) ?? []
  const claimed = (file: InFlight) => ownClaims.filter((claim) => claimOnFile(claim, file.path, self.caseInsensitive))
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
      deniable:
        here &&
        now - entry.last < DENY_SECS &&
        wasFirst(entry, mine) &&
        // Who claimed the file before is not kept from it.
        !claimed(mine).some((claim) => claim.mode === 'exclusive' && claim.since <= entry.since),
    }
    const key = `${peer.sessionId}\n${mine.worktree}\n${mine.path}`
    const before = found.get(key)
    if (before === undefined || rank(collision) > rank(before)) found.set(key, collision)
  }
  for (const mine of own) addClaims(found, mine, claimed(mine).length > 0, query)
  return [...found.values()].sort((a, b) => rank(b) - rank(a) || b.last - a.last)
}

/** A claim of the session itself, or of the one that started it. */
export function isOwnClaim({ session_id: holder }: Pick<Claim, 'session_id'>, { sessionId, parent }: Self): boolean {
  return holder === sessionId || holder === parent
}

/** Adds who keeps a file: to the collision with that session, if there is one. */
function addClaims(
  found: Map<string, Collision>,
  mine: InFlight,
  isOurs: boolean,
  { self, claims = [], holderOf, nameOf }: CollisionQuery,
): void {
  for (const claim of claims) {
    const isShared = claim.mode === 'shared'
    const match = isOwnClaim(claim, self) ? undefined : claimOnFile(claim, mine.path, self.caseInsensitive)
    // Both share it.
    if (match === undefined || (isShared && isOurs)) continue
    const holder = holderOf?.(claim)
    if (holder === undefined || isKin(self, holder.peer)) continue
    const { peer, live } = holder
    const isFirst = claim.since <= mine.since
    const deniable = live && peer.where === 'here' && !isShared && match.overlap === 'certain' && isFirst
    const key = `${peer.sessionId}\n${mine.worktree}\n${mine.path}`
    const before = found.get(key)
    const path = nameOf?.(mine) ?? mine.path
    const named = { claim, pattern: match.pattern }
    if (before?.claim !== undefined && (before.deniable || !deniable)) continue
    const base = before ?? { peer, kind: 'claim' as const, path, since: claim.since, last: peer.lastSeen }
    found.set(key, { ...base, deniable: deniable || before?.deniable === true, claim: named })
  }
}

/** A session that announces its files by itself may announce a folder or a glob; hooks name single files. */
function meaningOf(entry: InFlight, caseInsensitive: boolean): (claim: InFlight) => boolean {
  const fold = (path: string) => foldPath(path, caseInsensitive)
  const path = fold(entry.path)
  if (entry.announced !== true) return (claim) => claim.path === entry.path || fold(claim.path) === path
  const pattern = parseFilePattern(path)
  return (claim) => fold(claim.path) === path || matchesFile(pattern, fold(claim.path))
}

const RANK = { collision: 2, claim: 1, 'merge-risk': 0 }

function rank({ kind }: Collision): number {
  return RANK[kind]
}
