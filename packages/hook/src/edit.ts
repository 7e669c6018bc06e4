import type { Moment } from '@rally/core/model/moment'
import {
  type Collision,
  type Drift,
  findCollisions,
  type InFlight,
  isOwnClaim,
  lostLine,
  type NewsLine,
} from '@rally/core/moments'
import { claimOnFile } from '@rally/core/rules/claim/claims-on-file'
import { readAnnounced } from '@rally/local/channel-files/announced'
import { appendClaim, appendRelease } from '@rally/local/channel-files/claim-log'
import { type ClaimsOnFiles, readClaimsOn } from '@rally/local/channel-files/claims-file'
import {
  announce,
  giveBack,
  type OwnWork,
  ownSize,
  readLeftWork,
  readOthersWork,
  signBegun,
  signWork,
} from '@rally/local/channel-files/inflight-log'
import { announcedEntries, holderOf, livePeer, type PeerContext, shownPeer } from '@rally/local/channel-files/peers'
import { treeId } from '@rally/local/repository/tree-id'
import { locateAnywhere, type WorktreePath } from '@rally/local/repository/worktree-path'
import { driftsOf } from './drift-look.js'
import type { Session } from './session.js'
import { shellFiles, shellFolder } from './shell-files.js'

/** Files beyond this in one edit are not looked at: a patch of that size is not checked file by file. */
const MOST_FILES = 200

/** After an edit, one that was announced so shortly before (seconds) is that edit. */
const SAME_EDIT_SECS = 300

/** The files that an edit touches, of whatever repository; undefined when the moment is no edit or touches none. */
export function filesOf(moment: Moment, { self }: Session): readonly WorktreePath[] | undefined {
  if (moment.name !== 'before-edit' && moment.name !== 'after-edit') return undefined
  const found = new Map<string, WorktreePath>()
  const add = (named: string, cwd: string): void => {
    const file = locateAnywhere(named, cwd)
    if (file !== undefined) found.set(`${file.worktree}\n${file.path}`, file)
  }
  for (const named of (moment.paths ?? []).slice(0, MOST_FILES)) add(named, moment.cwd || self.worktree)
  if (moment.shell !== undefined)
    for (const named of shellFiles(moment).slice(0, MOST_FILES)) add(named, shellFolder(moment))
  return found.size === 0 ? undefined : [...found.values()]
}

export interface Claim {
  readonly now: number
  /** What the session had in flight before. */
  readonly before: OwnWork
  /** Edits may be refused here, so that it matters who was first. */
  readonly ordered: boolean
  /** The gate announced the file already. */
  readonly isBegun: boolean
  /** The edit was made. */
  readonly isAfter: boolean
  /** A shell command makes it. */
  readonly byCommand: boolean
}

/** Announces the files: from here on everybody who looks sees them taken. An edit that was made was announced before, nearly always. */
export function claimFiles({ root, self }: Session, files: readonly WorktreePath[], claim: Claim): OwnWork {
  const { now, before, ordered, isBegun, isAfter, byCommand } = claim
  const held = files.map((file) => before.own.find((entry) => isOf(entry, file)))
  const due = files.filter(
    (_, index) => !isAfter || now - (held[index]?.last ?? Number.NEGATIVE_INFINITY) >= SAME_EDIT_SECS,
  )
  if (due.length === 0) return before
  signWork(root, self.sessionId, before)
  const taken = due.map((file): InFlight => {
    const goesOn = before.own.find((entry) => isOf(entry, file))
    const since = goesOn?.since ?? now
    return {
      ...file,
      sessionId: self.sessionId,
      tool: self.tool,
      tree: treeId(file.worktree),
      since,
      last: now,
      order: 0,
    }
  })
  let size = Math.max(0, before.size)
  for (const [worktree, group] of byWorktree(taken)) {
    const paths = group.map(({ path, since }) => ({ path, since }))
    const claimed = { worktree, tree: treeId(worktree), files: paths, byCommand }
    if (ordered) appendClaim(root, self, claimed, now)
    if (!isBegun) size += announce(root, self, claimed, now)
  }
  const kept = before.own.filter((entry) => !taken.some((file) => isOf(entry, file)))
  // Another hook of this session that appended meanwhile took files that are not known here.
  return { ...before, own: [...kept, ...taken], size: ownSize(root, self.sessionId) === size ? size : Number.NaN }
}

/** Gives back what a refused edit had taken. What was in flight before stays. */
export function releaseFiles({ root, self }: Session, files: readonly WorktreePath[], claim: Claim): void {
  const taken = files.filter((file) => !claim.before.own.some((entry) => isOf(entry, file)))
  for (const [worktree, group] of byWorktree(taken)) {
    const released = { worktree, paths: group.map(({ path }) => path) }
    if (claim.ordered) appendRelease(root, self.sessionId, claim.now, released)
    giveBack(root, self.sessionId, released, claim.now)
  }
}

/** What a look around shows. */
export interface Look {
  readonly collisions: readonly Collision[]
  /** What else is to be said of the files: claims of the session's own that it lost. */
  readonly lines: readonly NewsLine[]
  /** Files that others changed since the session edited them. */
  readonly drifts: readonly Drift[]
}

export interface LookOptions {
  readonly claimed: readonly InFlight[]
  /** What the session announced before this edit, whether that ran out or not; without it changes are not looked for. */
  readonly before?: readonly InFlight[] | undefined
  /** The gate announced the file. */
  readonly isBegun?: boolean
  readonly nameOf: (file: WorktreePath) => string
  /** Name of this machine, and its id. */
  readonly host: () => string
  readonly machine?: (() => string) | undefined
}

/** Reads who holds the files: the announcements of all sessions, what presence records announce, and the claims. */
export function lookAround(
  ctx: PeerContext,
  files: readonly WorktreePath[],
  { claimed, before, isBegun, nameOf, host, machine }: LookOptions,
): Look {
  const { self, root, now } = ctx
  const paths = files.map(({ path }) => path)
  const query = { sessionId: self.sessionId, paths, now, caseInsensitive: self.caseInsensitive }
  const known = files.flatMap((file) => before?.find((entry) => isOf(entry, file)) ?? [])
  const since = Math.min(...known.map(({ last, untimed }) => (untimed === true ? 0 : last)))
  const { own, others } = readOthersWork(root, { ...query, since }, claimed)
  const left = known.length === 0 ? [] : readLeftWork(root, query)
  if (isBegun === true && others.length + left.length > 0)
    for (const [worktree, group] of byWorktree(files))
      signBegun(root, self.sessionId, { worktree, paths: group.map(({ path }) => path) }, now)
  const announced = readAnnounced(root)
  const naming = announced.naming(paths, self.caseInsensitive).filter((id) => id !== self.sessionId)
  const entries = naming.length === 0 ? [] : announcedEntries(ctx, { naming, paths })
  // An announcement that could not be stored (a full disk, a folder that may only be read) does not take the warning with it.
  const touched = files.map((file): InFlight => {
    const stored = own.find((entry) => isOf(entry, file))
    return stored ?? { ...file, sessionId: self.sessionId, tool: self.tool, since: now, last: now, order: 0 }
  })
  const room = readClaimsOn(root, { ...query, isOwn: (claim) => isOwnClaim(claim, self) })
  const collisions = findCollisions({
    self,
    own: touched.map((entry) => ({ ...entry, tree: entry.tree ?? treeId(entry.worktree ?? '') })),
    inFlight: [...others, ...entries],
    livePeer: (entry) => livePeer(entry, ctx, announced),
    claims: room.claims,
    holderOf: (claim) => holderOf(claim, ctx, { company: announced.company, host, machine }),
    nameOf: ({ worktree, path }) => nameOf({ worktree: worktree ?? self.worktree, path }),
    now,
  })
  const drifts = driftsOf(known, { ctx, others: [...others, ...left], nameOf })
  return { collisions, lines: lostOf(room, files, { ctx, nameOf }), drifts }
}

function lostOf(
  { lost }: ClaimsOnFiles,
  files: readonly WorktreePath[],
  { ctx, nameOf }: { ctx: PeerContext } & Pick<LookOptions, 'nameOf'>,
): NewsLine[] {
  return lost.flatMap((one) => {
    const file = files.find(({ path }) => claimOnFile(one, path, ctx.self.caseInsensitive) !== undefined)
    if (file === undefined) return []
    const by = one.by === null ? undefined : shownPeer(one.by, ctx)
    return [lostLine({ lost: one, path: nameOf(file), by }, ctx.now)]
  })
}

/** Whether an entry that holds is of that file. */
function isOf(entry: InFlight, file: Pick<InFlight, 'worktree' | 'path'>): boolean {
  return entry.path === file.path && entry.worktree === file.worktree
}

function byWorktree<T extends { readonly worktree: string | null }>(files: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const file of files) groups.set(file.worktree ?? '', [...(groups.get(file.worktree ?? '') ?? []), file])
  return groups
}
