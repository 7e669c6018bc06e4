import type { Claim } from '@rally/core/model/claim'
import type { Presence } from '@rally/core/model/presence'
import {
  announcedFiles,
  type ClaimHolder,
  type InFlight,
  inFlightTimes,
  isInFlight,
  isKin,
  isSameTree,
  type Peer,
  type Self,
  type Tree,
} from '@rally/core/moments'
import { type JsonObject, str, text } from '@rally/core/readers'
import { type HolderOptions, holdsClaim, judgeHolder } from '@rally/core/rules/claim/claim-holds'
import { editedFiles, editsOfSessions } from '@rally/core/rules/picture/edits-of-sessions'
import { saidTask } from '@rally/core/rules/picture/said-task'
import { type HostCompany, hostCompany } from '@rally/core/rules/presence/host-company'
import { type HostProcessProbe, isLive, lastSeen } from '@rally/core/rules/presence/life'
import { isPerson, personName } from '@rally/core/rules/roster/person'
import { isSessionName, ownName } from '@rally/core/rules/roster/session-names'
import { nameElsewhere } from '@rally/core/rules/roster/shown-names'
import { probeHostProcess } from '../identity/host-probe.js'
import { treeId } from '../repository/tree-id.js'
import { worktreeOf } from '../repository/worktree-path.js'
import { type Announced, isElsewhere } from './announced.js'
import { readAllWork } from './inflight-log.js'
import { lifeTimes } from './life-times.js'
import { listNames, readName } from './name-files.js'
import { readAllPresence, readPresence } from './presence-records.js'
import { wantedFiles } from './wanted-files.js'

/** So many host processes are looked up for one greeting. */
const MOST_PROBES = 64
/** So many peers are described for one greeting; no reply has room for more. */
const MOST_DESCRIBED = 50

/** A claim may be this much older than the presence record that its session is about to write (seconds). */
const CLAIM_AHEAD_SECS = 10

export interface PeerContext {
  readonly root: string
  readonly self: Self
  readonly now: number
}

/** Who else is in the room: how many, and those that were seen last in full. */
export interface Company {
  readonly count: number
  readonly newest: readonly Peer[]
}

/**
 * Everybody else in the room who is live, kin and siblings left out; subagents are counted with the session that started
 * them.
 */
export function liveCompany(ctx: PeerContext): Company {
  const records = readAllPresence(ctx.root)
  const live = liveRecords(records, ctx)
  const children = new Map<string, number>()
  const roots: [id: string, presence: JsonObject][] = []
  for (const [id, presence] of live) {
    const parent = text(presence.parent)
    if (parent !== undefined && live.has(parent)) children.set(parent, (children.get(parent) ?? 0) + 1)
    else roots.push([id, presence])
  }
  const seen = new Map(roots.map(([id, presence]) => [id, lastSeen(presence as Presence)]))
  roots.sort(([a], [b]) => (seen.get(b) ?? 0) - (seen.get(a) ?? 0))
  const described = roots.slice(0, MOST_DESCRIBED)
  // Hooks that are answered without a program announce files, and leave the record as it is.
  const edits = editsOfSessions(
    described.map(([, presence]) => presence as Presence),
    readAllWork(ctx.root, ctx.now),
  )
  const newest = described.map(([id, presence]) => {
    const files = editedFiles(edits.get(id) ?? [], ctx.now).map(({ path }) => path)
    return { ...peerOf(id, presence, ctx), files, children: children.get(id) ?? 0 }
  })
  return { count: roots.length, newest }
}

function liveRecords(records: ReadonlyMap<string, JsonObject>, ctx: PeerContext): Map<string, JsonObject> {
  const { self } = ctx
  const company = hostCompany(records.values() as Iterable<Presence>)
  // Looking a process up costs as much as reading a record: with very many sessions only some are asked for theirs.
  let probes = MOST_PROBES
  const hostProcess: HostProcessProbe = (process) => (probes-- > 0 ? probeHostProcess(process) : 'unknown')
  const live = new Map<string, JsonObject>()
  for (const [sessionId, presence] of records) {
    const parent = text(presence.parent)
    const isFamily = isKin(self, { sessionId, parent }) || (self.parent !== undefined && parent === self.parent)
    if (!isFamily && lives(sessionId, presence, { ...ctx, company, hostProcess })) live.set(sessionId, presence)
  }
  return live
}

/** The session behind an entry if it is live. A claim is itself a sign of life, and may come before the presence record. */
export function livePeer(entry: InFlight, ctx: PeerContext, announced: Announced): Peer | undefined {
  const presence = readPresence(ctx.root, entry.sessionId)
  const claimAge = entry.announced === true ? Number.POSITIVE_INFINITY : ctx.now - entry.last
  if (presence === undefined) {
    if (claimAge > CLAIM_AHEAD_SECS) return undefined
    return {
      ...strangerOf(entry),
      ...siblingOf(entry.parent, ctx),
      where: isHere(entry, ctx.self.worktree) ? 'here' : 'worktree',
    }
  }
  const seen = Math.max(lastSeen(presence as Presence), entry.announced === true ? 0 : entry.last)
  const judging = { ...ctx, company: announced.company, hostProcess: probeHostProcess }
  if (!lives(entry.sessionId, { ...presence, last_seen: seen }, judging)) return undefined
  return { ...peerOf(entry.sessionId, presence, ctx), lastSeen: seen }
}

/** The session behind a claim that holds; undefined for one that does not. */
export function holderOf(
  claim: Claim,
  { root, now, ...ctx }: PeerContext,
  { company, host, machine }: { readonly company: HostCompany } & Pick<HolderOptions, 'host' | 'machine'>,
): ClaimHolder | undefined {
  const { session_id: sessionId } = claim
  const presence = readPresence(root, sessionId)
  const judging = { now, company, hostProcess: probeHostProcess, ...lifeTimes(root, sessionId) }
  // That a record is late decides who gets a claim; a warning of a session that has just left would be wrong far more often.
  const facts = judgeHolder(claim, presence as Presence | undefined, { ...judging, host, machine, lateSecs: 0 })
  if (!holdsClaim(claim, facts, now)) return undefined
  const { lastSeen: at, live } = facts
  const stranger = { sessionId, tool: claim.tool, lastSeen: at, files: [], where: 'worktree' as const, children: 0 }
  const peer = presence === undefined ? stranger : peerOf(sessionId, presence, { root, now, ...ctx })
  // A person works where it stands.
  const person = isPerson(claim) ? { name: personName(sessionId), where: 'here' as const } : {}
  return { peer: { ...peer, ...person }, live }
}

/**
 * Files that live elsewhere than in this machine's claim log: announced in a presence record, or of another machine.
 * `naming` are the sessions whose records name one of the paths.
 */
export function announcedEntries(
  ctx: PeerContext,
  { naming, paths }: { naming: readonly string[]; paths: readonly string[] },
): InFlight[] {
  const { caseInsensitive } = ctx.self
  const wanted = wantedFiles(paths, caseInsensitive)
  const entries: InFlight[] = []
  for (const sessionId of naming) {
    const presence = sessionId === ctx.self.sessionId ? undefined : readPresence(ctx.root, sessionId)
    if (presence === undefined) continue
    const remote = isElsewhere(presence)
    const worktree = remote ? null : worktreeOfPresence(presence, ctx.self.worktree)
    const tree = worktree === presence.worktree ? text(presence.worktree_id) : undefined
    const base = { sessionId, tool: str(presence.tool), worktree, tree, order: 0 }
    const seen = lastSeen(presence as Presence)
    for (const path of announcedFiles(presence).filter(wanted.isNamedBy)) {
      entries.push({ ...base, path, since: 0, last: seen, announced: true })
    }
    if (!remote) continue
    for (const [path, time] of Object.entries(inFlightTimes(presence))) {
      if (wanted.has(path) && isInFlight(time, ctx.now)) entries.push({ ...base, path, ...time })
    }
  }
  return entries
}

/** A session as texts name it, also one that left: by its name, else its id. */
export function shownPeer(sessionId: string, ctx: PeerContext): string {
  const name = nameOf(sessionId, readPresence(ctx.root, sessionId) ?? {}, ctx)
  return name ?? personName(sessionId) ?? ownName(listNames(ctx.root), sessionId)?.name ?? sessionId
}

/** Another machine may have given the same name: then it says which machine. */
function nameOf(sessionId: string, presence: JsonObject, { root }: PeerContext): string | undefined {
  const { name } = presence
  if (!isSessionName(name)) return undefined
  const machine = text(presence.machine)
  const isOurs = machine === undefined || (readName(root, name)?.session_id ?? sessionId) === sessionId
  return isOurs ? name : nameElsewhere(name, machine)
}

/** Without its files, which only a greeting tells: `liveCompany` adds them. */
function peerOf(sessionId: string, presence: JsonObject, ctx: PeerContext): Peer {
  const own = ctx.self.worktree
  const at = { worktree: worktreeOfPresence(presence, own), tree: text(presence.worktree_id) }
  const here = !isElsewhere(presence) && isHere(at, own)
  return {
    sessionId,
    name: nameOf(sessionId, presence, ctx),
    tool: str(presence.tool, 'unknown'),
    parent: text(presence.parent),
    ...siblingOf(text(presence.parent), ctx),
    task: saidTask(presence),
    branch: text(presence.branch_name),
    lastSeen: lastSeen(presence as Presence),
    files: [],
    where: isElsewhere(presence) ? 'machine' : here ? 'here' : 'worktree',
    children: 0,
  }
}

/** Of another subagent of the session that started the one that asks: what that session is called. */
function siblingOf(parent: string | undefined, ctx: PeerContext): Pick<Peer, 'sibling'> {
  return parent === undefined || parent !== ctx.self.parent ? {} : { sibling: shownPeer(parent, ctx) }
}

function isHere(at: Tree, own: string): boolean {
  return isSameTree(at, { worktree: own, tree: at.tree === undefined ? undefined : treeId(own) })
}

function strangerOf(entry: InFlight): Peer {
  return {
    sessionId: entry.sessionId,
    tool: entry.tool,
    parent: entry.parent,
    lastSeen: entry.last,
    files: [entry.path],
    where: 'here',
    children: 0,
  }
}

/** A session without hooks says only in which folder it is. */
function worktreeOfPresence(presence: JsonObject, own: string): string | null {
  const cwd = text(presence.cwd)
  return text(presence.worktree) ?? (cwd === own ? own : cwd === undefined ? undefined : worktreeOf(cwd)) ?? null
}

interface JudgingContext {
  readonly root: string
  readonly now: number
  readonly company: HostCompany
  readonly hostProcess: HostProcessProbe
}

/** A person is no peer that edits. */
function lives(sessionId: string, presence: JsonObject, { root, ...judging }: JudgingContext): boolean {
  if (isPerson(presence)) return false
  return isLive(presence as Presence, { ...judging, ...lifeTimes(root, sessionId) })
}
