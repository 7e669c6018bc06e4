import type { Moment } from '@rally/core/model/moment'
import {
  type Collision,
  findCollisions,
  type InFlight,
  type InFlightTimes,
  inFlightTimes,
  isInFlight,
} from '@rally/core/moments'
import type { JsonObject } from '@rally/core/readers'
import { readAnnounced } from '@rally/local/channel-files/announced'
import { appendClaim, appendRelease, lookAtClaims } from '@rally/local/channel-files/claim-log'
import { announcedEntries, livePeer, type PeerContext } from '@rally/local/channel-files/peers'
import { locateFile, type WorktreePath } from '@rally/local/repository/worktree-path'
import type { Session } from './session.js'

/** Files beyond this in one edit are not looked at: a patch of that size is not checked file by file. */
const MOST_FILES = 200

/**
 * A claim that is younger (seconds) needs no repeating. The presence record notes a claim after it was appended, so what it
 * says stands in the log.
 */
const CLAIM_FRESH_SECS = 30

/** The files of the repository that an edit touches; undefined when the moment is no edit or touches none. */
export function filesOf(moment: Moment, { self, channel }: Session): readonly WorktreePath[] | undefined {
  if (moment.name !== 'before-edit' && moment.name !== 'after-edit') return undefined
  const repository = { worktree: self.worktree, commonDir: channel.commonDir ?? '' }
  const found = new Map<string, WorktreePath>()
  for (const named of (moment.paths ?? []).slice(0, MOST_FILES)) {
    const file = locateFile(named, moment.cwd || self.worktree, repository)
    if (file !== undefined) found.set(`${file.worktree}\n${file.path}`, file)
  }
  return found.size === 0 ? undefined : [...found.values()]
}

/**
 * Appends the claim, unless one stands: from here on everybody who looks sees these files taken. Answers until when (epoch
 * seconds) the claims that stood need no repeating; 0 when one was appended.
 */
export function claimFiles(
  { root, self }: Session,
  files: readonly WorktreePath[],
  { now, stored }: { now: number; stored: JsonObject | undefined },
): number {
  const times = inFlightTimes(stored)
  const isFresh = ({ worktree, path }: WorktreePath): boolean =>
    worktree === self.worktree && Object.hasOwn(times, path) && now - (times[path]?.last ?? 0) < CLAIM_FRESH_SECS
  const due = files.filter((file) => !isFresh(file))
  for (const [worktree, group] of byWorktree(due)) {
    const claimed = group.map(({ path }) => ({ path, since: since(times, path, now) }))
    appendClaim(root, self, { worktree, files: claimed }, now)
  }
  return due.length > 0 ? 0 : Math.min(...files.map(({ path }) => (times[path]?.last ?? 0) + CLAIM_FRESH_SECS))
}

/** Gives back what a refused edit had taken. What was in flight before stays. */
export function releaseFiles(
  { root, self }: Session,
  files: readonly WorktreePath[],
  { now, stored }: { now: number; stored: JsonObject | undefined },
): void {
  const before = inFlightTimes(stored)
  const taken = files.filter(({ path }) => since(before, path, now) === now)
  for (const [worktree, group] of byWorktree(taken)) {
    appendRelease(root, self.sessionId, now, { worktree, paths: group.map(({ path }) => path) })
  }
}

/** What a look around shows. */
export interface Look {
  /** All that this session has in flight, and the lengths of the slices from which that is known. */
  readonly own: readonly InFlight[]
  readonly sizes: string
  readonly collisions: readonly Collision[]
  /** No other session names one of the files, live or not. */
  readonly isAlone: boolean
}

/** Reads who holds the files: the claim log of this machine and what presence records announce. */
export function lookAround(ctx: PeerContext, files: readonly WorktreePath[]): Look {
  const { self, root, now } = ctx
  const paths = files.map(({ path }) => path)
  const { claims, sizes } = lookAtClaims(root, {
    sessionId: self.sessionId,
    paths,
    now,
    caseInsensitive: self.caseInsensitive,
  })
  const announced = readAnnounced(root)
  const naming = announced.naming(paths, self.caseInsensitive).filter((id) => id !== self.sessionId)
  const entries = naming.length === 0 ? [] : announcedEntries(ctx, { naming, paths })
  const own = claims.filter((claim) => claim.sessionId === self.sessionId && isInFlight(claim, now))
  // A claim that could not be stored (a full disk, a folder that may only be read) does not take the warning with it.
  const touched = files.map(({ worktree, path }) => {
    const stored = own.find((claim) => claim.worktree === worktree && claim.path === path)
    return stored ?? { sessionId: self.sessionId, tool: self.tool, path, worktree, since: now, last: now, order: 0 }
  })
  const collisions = findCollisions({
    self,
    own: touched,
    inFlight: [...claims, ...entries],
    livePeer: (entry) => livePeer(entry, ctx, announced),
    now,
  })
  const isAlone = naming.length === 0 && claims.every((claim) => claim.sessionId === self.sessionId)
  return { own, sizes, collisions, isAlone }
}

function since(times: InFlightTimes, path: string, now: number): number {
  const time = Object.hasOwn(times, path) ? times[path] : undefined
  return time !== undefined && isInFlight(time, now) ? time.since : now
}

function byWorktree(files: readonly WorktreePath[]): Map<string, WorktreePath[]> {
  const groups = new Map<string, WorktreePath[]>()
  for (const file of files) groups.set(file.worktree, [...(groups.get(file.worktree) ?? []), file])
  return groups
}
