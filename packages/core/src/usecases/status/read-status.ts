import type { Presence } from '../../model/presence.js'
import type { PictureReason, RoomPicture } from '../../model/room-picture.js'
import { strings } from '../../readers.js'
import { indexFiles, outsideOf } from '../../rules/files/files-in-common.js'
import { latestMessages } from '../../rules/inbox/latest-messages.js'
import type { MessageSummary } from '../../rules/inbox/summarize-message.js'
import { withAuthors } from '../../rules/log/author.js'
import { MAX_CHANGES, newestChanges } from '../../rules/log/newest-changes.js'
import { openEscalations } from '../../rules/log/open-matters.js'
import type { SurfaceRecord } from '../../rules/log/sanitize-for-surface.js'
import { type ActivePeer, listPeers, toActivePeer } from '../../rules/presence/active-peers.js'
import { type FileOverlap, findFileOverlaps } from '../../rules/presence/file-overlaps.js'
import { groupByHost, type HostGroup } from '../../rules/roster/group-by-host.js'
import { nameOfAsking, sessionNames, shownId } from '../../rules/roster/shown-names.js'
import { decideStatus, type RoomStatus } from '../../rules/status/decide-status.js'
import { isBlocking, readVerdicts, type Verdict } from '../../rules/status/read-verdicts.js'
import { summarizeTaskHealth, type TaskHealth } from '../../rules/task/task-health.js'
import { drawPicture } from '../picture/draw-picture.js'
import { gatherRoom, type RoomFacts } from './gather-room.js'
import type { SessionCandidate, StatusContext, StatusInput } from './status-input.js'

/** What a room looks like to a session: the status envelope of protocol section 7.1, with its keys. */
export interface StatusReport {
  readonly schema_version: '1.0'
  readonly status: RoomStatus
  readonly required_action: string
  /** Every reason for the status, worst first. */
  readonly because: readonly PictureReason[]
  readonly workdir: string
  readonly app_slug: string
  readonly channel_dir: string
  readonly resolved_via: string
  readonly session_id: string | null
  /** What the asking session is called in this room; of a person the login name. */
  readonly name: string | null
  /** Where several sessions may be asking: which. */
  readonly session_candidates: readonly SessionCandidate[]
  readonly revision: number
  readonly active_peers: readonly ActivePeer[]
  /** Who is here, the asking session included, under the host that each runs in. */
  readonly hosts: readonly HostGroup[]
  readonly overlaps: readonly FileOverlap[]
  readonly peer_overlap_files: readonly string[]
  readonly direct_inbox_unread_count: number
  readonly broadcast_inbox_unread_count: number
  readonly inbox_unread_count: number
  readonly inbox_unread_counts: { readonly direct: number; readonly broadcast: number; readonly total: number }
  readonly inbox_latest_messages: readonly MessageSummary[]
  readonly task_heartbeat: TaskHealth
  readonly rejection_count: number
  readonly escalation_count: number
  readonly blocked_verdict_count: number
  readonly latest_escalation: SurfaceRecord | null
  readonly open_escalations: readonly SurfaceRecord[]
  readonly coordination_file: string | null
  readonly latest_verdicts: readonly Verdict[]
  readonly unresolved: readonly Verdict[]
  readonly dirty_files: readonly string[]
  readonly dirty_files_unknown: boolean
  readonly dirty_outside_owned: readonly string[]
  readonly new_changes: readonly SurfaceRecord[]
  /** The room as every view of it shows it. */
  readonly picture: RoomPicture
}

/**
 * Whether a session may go on: clear, warn or blocked, why, and what to do; who is here; what is unread. Writes nothing.
 * Costs the same however long the log is.
 */
export async function readStatus(ctx: StatusContext, input: StatusInput = {}): Promise<StatusReport> {
  return judgeRoom(ctx, await gatherRoom(ctx, input), input)
}

/** The report on facts gathered before, at the present moment: times are judged anew, nothing is read. */
export function judgeRoom(ctx: StatusContext, facts: RoomFacts, input: StatusInput = {}): StatusReport {
  const now = ctx.clock.now()
  const selfId = ctx.session?.sessionId
  const self = facts.sessions.find((presence) => presence.session_id === selfId)
  const peers = listPeers(facts.sessions, { now, selfId, hostProcess: ctx.hostProcess, ...facts.times })
  const names = sessionNames(facts.sessions)
  const inFlight = input.filesInFlight ?? strings(self?.files_in_flight)
  const owned = [...(input.ownedFiles ?? []), ...inFlight]
  const overlapFiles = ownedByPeers(peers, inFlight)
  const health = summarizeTaskHealth(facts.heartbeats, {
    now,
    sessionId: selfId ?? '',
    expectedRef: input.taskRef,
    graceSeconds: input.graceSeconds,
  })
  const escalations = openEscalations(facts.room)
  const verdicts = facts.coordination === undefined ? [] : readVerdicts(facts.coordination.text)
  const unresolved = verdicts.filter(isBlocking)
  const outside = outsideOf(owned, facts.dirty.files)
  const picture = drawPicture(ctx, facts, input)
  const { requiredAction } = decideStatus({
    unresolvedVerdicts: unresolved.length,
    openEscalations: escalations.length,
    health: health.health,
    peerOverlapFiles: overlapFiles.length,
    dirtyOutsideOwned: outside.length,
    dirtyUnknown: facts.dirty.unknown,
  })
  const { direct, broadcast } = facts.unread

  return {
    schema_version: '1.0',
    status: picture.verdict.status,
    required_action: actionFor(picture, requiredAction),
    because: picture.verdict.because,
    workdir: ctx.workdir,
    app_slug: ctx.channel.app,
    channel_dir: ctx.channel.dir,
    resolved_via: ctx.channel.resolvedVia,
    session_id: selfId ?? null,
    name: ctx.session === undefined ? null : (names.get(ctx.session.sessionId) ?? nameOfAsking(ctx.session)),
    session_candidates: ctx.candidates?.map((id) => ({ session_id: id, name: names.get(id) ?? shownId(id) })) ?? [],
    revision: facts.revision,
    active_peers: peers.map((peer) => toActivePeer(peer, names)),
    hosts: groupByHost(self === undefined ? peers : [...peers, self], {
      now,
      selfId,
      everybody: facts.sessions,
      times: facts.times,
      hooks: input.hooks,
    }),
    overlaps: findFileOverlaps(peers, owned, names),
    peer_overlap_files: overlapFiles,
    direct_inbox_unread_count: direct,
    broadcast_inbox_unread_count: broadcast,
    inbox_unread_count: direct + broadcast,
    inbox_unread_counts: { direct, broadcast, total: direct + broadcast },
    inbox_latest_messages: latestMessages(facts.newestDirect, facts.newestBroadcast, { now }),
    task_heartbeat: health,
    rejection_count: facts.rejections,
    escalation_count: escalations.length,
    blocked_verdict_count: unresolved.length,
    latest_escalation: escalations.at(-1)?.row ?? null,
    open_escalations: escalations.map(({ row }) => row),
    coordination_file: facts.coordination?.path ?? null,
    latest_verdicts: verdicts,
    unresolved,
    dirty_files: facts.dirty.files,
    dirty_files_unknown: facts.dirty.unknown,
    dirty_outside_owned: outside,
    new_changes: listChanges(facts, input, now),
    picture,
  }
}

/** What to do in the words of the existing system, which knows no collision: it stands under the files. */
function actionFor({ verdict }: RoomPicture, inItsWords: string): string {
  if (verdict.status === 'clear') return 'none'
  return inItsWords === 'none' ? 'review_peer_overlap_or_dirty_files' : inItsWords
}

function listChanges(facts: RoomFacts, input: StatusInput, now: number): SurfaceRecord[] {
  const since = input.sinceRevision
  const rows = facts.changes.filter(
    (row) => since === undefined || (typeof row.revision === 'number' && row.revision > since),
  )
  const newest = newestChanges(rows, {
    now,
    max: input.maxChanges ?? MAX_CHANGES,
    includeArchived: input.includeArchived,
  })
  return withAuthors(newest, facts.authors)
}

function ownedByPeers(peers: readonly Presence[], inFlight: readonly string[]): string[] {
  const claimed = indexFiles(peers.flatMap((peer) => strings(peer.owns)))
  return [...new Set(inFlight)].filter((file) => claimed.meeting(file).length > 0).sort()
}
