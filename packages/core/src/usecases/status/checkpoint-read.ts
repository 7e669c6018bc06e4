import type { ChangeRecord } from '../../model/change-record.js'
import type { LogCursor } from '../../model/presence.js'
import { int, obj, parseJson, strings } from '../../readers.js'
import { withAuthors } from '../../rules/log/author.js'
import { applyRetractions } from '../../rules/log/retraction.js'
import { roomProjection } from '../../rules/log/room-projection.js'
import { type SurfaceRecord, sanitizeForSurface } from '../../rules/log/sanitize-for-surface.js'
import { type ActivePeer, listPeers, toActivePeer } from '../../rules/presence/active-peers.js'
import { type FileOverlap, findFileOverlaps } from '../../rules/presence/file-overlaps.js'
import { sessionNames } from '../../rules/roster/shown-names.js'
import type { SessionContext } from '../context.js'
import { readLifeTimes } from '../presence/life-times.js'
import { namesOfAuthors } from '../roster/names-of-authors.js'

/** What to do about what changed (protocol section 12): `type` for readers of the existing system, `action` says the same. */
export type Reaction =
  | (Named<'reinstall' | 're-baseline'> & { readonly revisions: readonly number[] })
  | (Named<'soft-claim'> & Pick<FileOverlap, 'severity' | 'reason' | 'peer' | 'name' | 'files'>)

interface Named<Name extends string> {
  readonly type: Name
  readonly action: Name
}

/** What changed since a session last looked, and what to do about it. */
export interface Checkpoint {
  readonly session_id: string
  readonly revision: number
  /** Whether there is anything new since this session last looked. */
  readonly changed: boolean
  /** Oldest first; of very many, the newest. */
  readonly new_changes: readonly SurfaceRecord[]
  /** Whether earlier new changes were left out. */
  readonly truncated: boolean
  readonly active_peers: readonly ActivePeer[]
  /** The digest of the architecture that another tool keeps in the channel; null without one. */
  readonly arch_digest: unknown
  readonly reactions: readonly Reaction[]
}

/** Whose files count, and whether the position moves on. */
export interface CheckpointInput {
  /** Files of this session, to find peers that have them in flight; default: what its presence says. */
  readonly files?: readonly string[] | undefined
  /** Leave the position where it is, so that the next checkpoint tells the same. */
  readonly peek?: boolean | undefined
}

/** More than this is not read change by change: whoever was away that long needs the present state. */
const LISTED = 200

const REACTIONS = [
  { kind: 'dep-change', action: 'reinstall' },
  { kind: 'arch-scan-complete', action: 're-baseline' },
] as const

/** What changed since this session last looked, and what to do about it; moves its position. */
export async function checkpointRead(ctx: SessionContext, input: CheckpointInput = {}): Promise<Checkpoint> {
  const { sessions } = ctx.transport
  const { sessionId } = ctx.session
  const [everybody, revision] = await Promise.all([sessions.list(), ctx.transport.log.revision()])
  const self = everybody.find((presence) => presence.session_id === sessionId)
  const position = readCursor(self?.cursor)
  const { records, cursor, truncated, reactions } = await readNews(ctx, position)
  const now = ctx.clock.now()
  const times = await readLifeTimes(sessions, everybody, now)
  const peers = listPeers(everybody, { now, ...times, selfId: sessionId, hostProcess: ctx.hostProcess })
  const names = sessionNames(everybody)
  const rows = records.map(toRow)
  const overlaps = findFileOverlaps(peers, input.files ?? strings(self?.files_in_flight), names)
  if (!input.peek && cursor !== position) await sessions.setCursor(sessionId, cursor)
  return {
    session_id: sessionId,
    revision,
    changed: records.length > 0,
    new_changes: withAuthors(rows, await namesOfAuthors(ctx, rows, everybody)),
    truncated,
    active_peers: peers.map((peer) => toActivePeer(peer, names)),
    arch_digest: await readDigest(ctx),
    reactions: [...reactions, ...overlaps.map(toSoftClaim)],
  }
}

function readCursor(value: unknown): LogCursor {
  const { revision, changes_offset } = obj(value)
  return { revision: int(revision) ?? 0, changes_offset: int(changes_offset) ?? 0 }
}

interface News {
  readonly records: readonly ChangeRecord[]
  readonly cursor: LogCursor
  readonly truncated: boolean
  readonly reactions: readonly Reaction[]
}

async function readNews(ctx: SessionContext, position: LogCursor): Promise<News> {
  const { log } = ctx.transport
  const page = await log.read(position, LISTED)
  if (!page.more) {
    const { cursor } = page
    const moved = cursor.revision !== position.revision || cursor.changes_offset !== position.changes_offset
    const records = applyRetractions(page.records)
    return { records, cursor: moved ? cursor : position, truncated: false, reactions: reactTo(records) }
  }
  // The position is taken before the records: one that arrives in between is told again rather than lost.
  const end = await log.end()
  const newest = (await log.latest(LISTED)).filter(({ revision }) => revision === null || revision > position.revision)
  const { kinds } = await log.project(roomProjection)
  const passed = REACTIONS.flatMap(({ kind }) => ({ kind, revision: kinds[kind] ?? 0 }))
  const reactions = reactTo(passed.filter(({ revision }) => revision > position.revision))
  return { records: applyRetractions(newest), cursor: end, truncated: true, reactions }
}

function reactTo(records: readonly Pick<ChangeRecord, 'kind' | 'revision'>[]): Reaction[] {
  return REACTIONS.flatMap(({ kind, action }) => {
    const of = records.filter((record) => record.kind === kind)
    return of.length === 0 ? [] : [{ type: action, action, revisions: of.flatMap(({ revision }) => revision ?? []) }]
  })
}

function toSoftClaim({ severity, reason, peer, name, files }: FileOverlap): Reaction {
  return { type: 'soft-claim', action: 'soft-claim', severity, reason, peer, name, files }
}

function toRow(record: ChangeRecord): SurfaceRecord {
  return { ...sanitizeForSurface(record), ...(record.event_id === undefined ? {} : { event_id: record.event_id }) }
}

async function readDigest(ctx: SessionContext): Promise<unknown> {
  const source = await ctx.repository.readText(`${ctx.channel.dir}/arch/digest.json`)
  return source === undefined ? null : (parseJson(source) ?? null)
}
