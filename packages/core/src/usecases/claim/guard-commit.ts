import type { Claim } from '../../model/claim.js'
import type { Presence } from '../../model/presence.js'
import { str, text } from '../../readers.js'
import { holderFacts, holdsClaim } from '../../rules/claim/claim-holds.js'
import { findOthersWork, type OthersFile, type WorkOn } from '../../rules/claim/others-work.js'
import { CLAIMS, readClaims } from '../../rules/claim/read-claims.js'
import { editsOfSessions } from '../../rules/picture/edits-of-sessions.js'
import { isKin } from '../../rules/presence/family.js'
import { hostCompany } from '../../rules/presence/host-company.js'
import { isInFlight } from '../../rules/presence/in-flight.js'
import { isLive } from '../../rules/presence/life.js'
import { isSameTree, type Tree } from '../../rules/presence/same-tree.js'
import { isPerson, personName } from '../../rules/roster/person.js'
import { sessionNames, shownId } from '../../rules/roster/shown-names.js'
import { readLifeTimes } from '../presence/life-times.js'
import type { StatusContext } from '../status/status-input.js'

export interface GuardInput {
  /** Only what is staged. */
  readonly staged: boolean
  /** Also look whether the branch moved. */
  readonly branch?: boolean | undefined
}

/** A file that a commit would take, and whose it is. */
export interface GuardedFile extends OthersFile {
  readonly name: string
  readonly tool: string
  /** The other is in this very working tree. */
  readonly here: boolean
  /** The other is alive, and in the middle of something. */
  readonly working: boolean
  /** An agent may be kept from committing it: it is live work of this working tree, or claimed for one session alone. */
  readonly stops: boolean
}

export interface GuardAnswer {
  /** So many files the commit would take. */
  readonly count: number
  /** Git did not say in time what a commit would take. */
  readonly unknown: boolean
  /** By path. */
  readonly others: readonly GuardedFile[]
  /** The branch now, and that of the session when it last acted; null where that is not known. */
  readonly branch: { readonly now: string | null; readonly was: string | null }
}

/**
 * Whose files a commit in this working tree would take along: what live other sessions announced in it since the file was last
 * committed, and what they claimed. A session's own work, that of its subagents and of the one that started it, is no other's.
 * Changes nothing.
 */
export async function guardCommit(ctx: StatusContext, input: GuardInput): Promise<GuardAnswer> {
  const [{ files, unknown }, sessions, lease, branch] = await Promise.all([
    ctx.repository.filesToCommit(ctx.workdir, { staged: input.staged }),
    ctx.transport.sessions.list(),
    ctx.transport.leases.read(CLAIMS),
    input.branch === true ? ctx.repository.branch(ctx.workdir) : undefined,
  ])
  const self = sessions.find(({ session_id }) => session_id === ctx.session?.sessionId)
  const was = branch === undefined ? null : known(self?.branch_name)
  const answer = { count: files.length, unknown, branch: { now: known(branch?.name), was } }
  if (files.length === 0) return { ...answer, others: [] }
  const room = await lookAround(ctx, sessions, lease?.value)
  const { work, mine } = await readWork(ctx, room)
  const found = findOthersWork({ files, work, claims: room.theirs, caseInsensitive: room.caseInsensitive })
  const open = await leaveOutCommitted(ctx, found, { now: room.now, mine })
  return { ...answer, others: open.flatMap((file) => describe(file, room)) }
}

interface Surroundings {
  readonly now: number
  readonly sessions: readonly Presence[]
  /** Live sessions that are no kin of the one that asks. */
  readonly others: readonly Presence[]
  /** Claims that hold: of others, and of the session that asks and its kin. */
  readonly theirs: readonly Claim[]
  readonly ours: readonly Claim[]
  readonly names: ReadonlyMap<string, string>
  readonly tree: Tree
  readonly caseInsensitive: boolean
}

async function lookAround(ctx: StatusContext, sessions: readonly Presence[], claims: unknown): Promise<Surroundings> {
  const now = ctx.clock.now()
  const times = await readLifeTimes(ctx.transport.sessions, sessions, now)
  const life = { now, ...times, hostProcess: ctx.hostProcess }
  const company = hostCompany(sessions)
  const factsOf = holderFacts(sessions, { ...life, host: ctx.session?.host, machine: () => ctx.machine?.id() })
  const holding = readClaims(claims, now).claims.filter((claim) => holdsClaim(claim, factsOf(claim), now))
  const own = new Set(
    holding.filter((claim) => isOwn(ctx, sessions.find(({ session_id }) => session_id === claim.session_id) ?? claim)),
  )
  const worktree = ctx.channel.worktree ?? ctx.channel.repoRoot ?? ctx.workdir
  const { id, caseInsensitive } = await ctx.repository.treeFacts(worktree)
  return {
    ...{ now, sessions, names: sessionNames(sessions), tree: { worktree, tree: id }, caseInsensitive },
    others: sessions.filter((one) => !isOwn(ctx, one) && !isPerson(one) && isLive(one, { ...life, company })),
    theirs: holding.filter((claim) => !own.has(claim)),
    ours: [...own],
  }
}

/** Whose a file is; nothing where both only share a claim. */
function describe(file: OthersFile, room: Surroundings): GuardedFile[] {
  const { claim, overlap } = file.claim ?? {}
  const isShared = claim?.mode === 'shared'
  if (file.work === undefined && isShared && keeps(room, file.path, { mode: 'shared' })) return []
  const presence = room.sessions.find(({ session_id }) => session_id === file.sessionId)
  const isPersons = claim !== undefined && isPerson(claim)
  const isAlive = presence !== undefined && room.others.includes(presence)
  // A person works where it stands.
  const here = isPersons || (presence !== undefined && isSameTree(treeOf(presence, room.tree), room.tree))
  const claimStops = claim !== undefined && !isShared && overlap === 'certain' && here && (isAlive || isPersons)
  // Who claimed the file before is not kept from it.
  const isWork = file.work !== undefined && file.work.doubtful !== true
  const workStops = isWork && !keeps(room, file.path, { mode: 'exclusive', before: file.work?.last ?? 0 })
  const name = room.names.get(file.sessionId) ?? personName(file.sessionId) ?? shownId(file.sessionId)
  const tool = str(presence?.tool, claim?.tool ?? 'unknown')
  const working = isAlive && presence.phase !== 'idle' && presence.phase !== 'joined'
  return [{ ...file, name, tool, here, working, stops: claimStops || workStops }]
}

/** Whether the session that asks, or its kin, claimed a file so. */
function keeps(
  { ours, caseInsensitive }: Surroundings,
  path: string,
  { mode, before = Number.POSITIVE_INFINITY }: { mode: Claim['mode']; before?: number },
): boolean {
  const claims = ours.filter((claim) => claim.mode === mode && claim.since <= before)
  return findOthersWork({ files: [path], work: [], claims, caseInsensitive }).length > 0
}

/** The session that asks, or one of those that may be, the one that started it, and its subagents. */
function isOwn({ session, candidates = [] }: StatusContext, other: Presence | Claim): boolean {
  const parent = text(other.parent)
  const asking = session === undefined ? candidates.map((sessionId) => ({ sessionId, parent: null })) : [session]
  return asking.some((self) => isKin(self, { sessionId: other.session_id, parent }))
}

/** What others did in this working tree, and what they say that they do; and what the session that asks did. */
async function readWork(
  ctx: StatusContext,
  { sessions, others, tree, now }: Surroundings,
): Promise<{ readonly work: WorkOn[]; readonly mine: WorkOn[] }> {
  const own = sessions.filter((presence) => isOwn(ctx, presence))
  const present = [...others, ...own].map(({ session_id }) => session_id)
  const edits = ((await ctx.history?.edits({ now, since: 0, present })) ?? [])
    .filter((edit) => isSameTree({ worktree: edit.worktree, tree: edit.tree ?? undefined }, tree))
    .map(({ sessionId, path, last }) => ({ sessionId, path, last, announced: false }))
  const ids = new Set(own.map(({ session_id }) => session_id))
  const recorded = [...editsOfSessions(others, []).values()]
    .flat()
    .filter((entry) => isSameTree(entry, tree))
    .map(({ sessionId, path, last, announced = false }) => ({ sessionId, path, last, announced }))
  const work = [...edits.filter(({ sessionId }) => !ids.has(sessionId)), ...recorded]
  return { work, mine: edits.filter(({ sessionId }) => ids.has(sessionId)) }
}

/** Leaves out work that was committed since; what a session still announces is not over. */
async function leaveOutCommitted(
  ctx: StatusContext,
  found: readonly OthersFile[],
  { now, mine }: Pick<Surroundings, 'now'> & { mine: readonly WorkOn[] },
): Promise<OthersFile[]> {
  const edits = found.filter(({ work }) => work !== undefined && !work.announced)
  if (edits.length === 0) return [...found]
  const since = Math.min(...edits.map(({ work }) => work?.last ?? now))
  const paths = [...new Set(edits.map(({ path }) => path))]
  const commits = await ctx.repository.lastCommits(ctx.workdir, { paths, since: Math.floor(since) })
  return found.flatMap(({ work, ...file }): OthersFile[] => {
    const committed = work === undefined || work.announced ? undefined : commits?.get(file.path)
    if (work !== undefined && (committed === undefined || work.last >= committed)) return [{ ...file, work }]
    const isOurs = mine.some(({ path, last }) => path === file.path && committed !== undefined && last >= committed)
    if (work !== undefined && committed !== undefined && !isOurs && mayGoOn(work, committed, now)) {
      return [{ ...file, work: { ...work, doubtful: true } }]
    }
    return file.claim === undefined ? [] : [file]
  })
}

/** Edits of a file so shortly (seconds) after one that was announced are not announced again (hook/src/edit.ts). */
const ANNOUNCED_ONCE_SECS = 30

/** Whether a session may have gone on with a file after it was committed, without an announcement of that. */
function mayGoOn(work: WorkOn, committed: number, now: number): boolean {
  return committed - work.last < ANNOUNCED_ONCE_SECS && isInFlight(work, now)
}

function treeOf(presence: Presence, { worktree }: Tree): Tree {
  if (text(presence.machine) !== undefined) return { worktree: null }
  const folder = text(presence.worktree)
  if (folder !== undefined) return { worktree: folder, tree: text(presence.worktree_id) }
  // A session without hooks says only in which folder it is.
  const cwd = text(presence.cwd)
  return { worktree: cwd !== undefined && (cwd === worktree || cwd.startsWith(`${worktree}/`)) ? worktree : null }
}

function known(branch: unknown): string | null {
  const name = text(branch)
  return name === undefined || name === 'unknown' ? null : name
}
