import { safeName } from '../../ids.js'
import type { InFlight } from '../../model/in-flight.js'
import type { Presence } from '../../model/presence.js'
import type { TaskHeartbeat } from '../../model/task-heartbeat.js'
import type { GivenWarning, PromptNote } from '../../ports/activity.js'
import type { InboxEntry } from '../../ports/transport.js'
import { claimsBySession } from '../../rules/claim/claims-by-session.js'
import { CLAIMS } from '../../rules/claim/read-claims.js'
import { applyRetractions } from '../../rules/log/retraction.js'
import { roomProjection } from '../../rules/log/room-projection.js'
import { type KeptAsk, ROOM_LIMITS, type RoomState } from '../../rules/log/room-state.js'
import { type SurfaceRecord, sanitizeForSurface } from '../../rules/log/sanitize-for-surface.js'
import type { LifeTimes } from '../../rules/presence/life.js'
import {
  type BoxReader,
  readBoxesOnce,
  readInboxPositions,
  readNewestEntries,
  unreadOf,
} from '../inbox/inbox-position.js'
import { readLastMessages } from '../picture/newest-messages.js'
import { readUnread } from '../picture/read-unread.js'
import { readLifeTimes } from '../presence/life-times.js'
import { namesOfAuthors } from '../roster/names-of-authors.js'
import type { StatusContext, StatusInput } from './status-input.js'

/** Everything that a status is judged from, read once. */
export interface RoomFacts {
  readonly room: RoomState
  readonly revision: number
  readonly rejections: number
  /** All readable presence records, reader stubs included. */
  readonly sessions: readonly Presence[]
  /** When those of them that are dated ahead were written, and who announced files since. */
  readonly times: LifeTimes
  readonly heartbeats: readonly TaskHeartbeat[]
  readonly unread: { readonly direct: number; readonly broadcast: number }
  readonly newestDirect: readonly InboxEntry[]
  readonly newestBroadcast: readonly InboxEntry[]
  /** Sanitised, in order of writing. */
  readonly changes: readonly SurfaceRecord[]
  /** What their authors are called, by session id. */
  readonly authors: ReadonlyMap<string, string>
  readonly dirty: { readonly files: readonly string[]; readonly unknown: boolean }
  readonly coordination: { readonly path: string; readonly text: string } | undefined
  /** What hooks of this machine keep beside the stores. */
  readonly activity: ActivityFacts
  /** What each session keeps for itself: patterns by session id. */
  readonly claims: ReadonlyMap<string, readonly string[]>
  /** Messages that the sessions seen last have not acknowledged, by session id. */
  readonly unreadOf: ReadonlyMap<string, number>
  /** The last few messages of the room, as stored, oldest first. */
  readonly lastMessages: readonly unknown[]
  /** Questions that nobody has answered or acknowledged, oldest first. */
  readonly asks: readonly KeptAsk[]
  /** Branch of the folder that was asked from; null where it cannot be told. */
  readonly branch: string | null
}

export interface ActivityFacts {
  readonly inFlight: readonly InFlight[]
  /** What sessions that have ended had edited, where others had, too. */
  readonly left: readonly InFlight[]
  /** By session id. */
  readonly prompts: ReadonlyMap<string, PromptNote>
  readonly warnings: readonly GivenWarning[]
}

/** Of so many of the newest changes the authors are looked for who have left. */
const MOST_AUTHORS = 20

/** So many open questions are looked at, the newest. */
const MOST_ASKS = 10

/** Previews show the newest three by time; entries lie in order of arrival, so a few more are looked at. */
const PREVIEW_CANDIDATES = 50

/**
 * Reads what a status is judged from. `dirty` hands in an earlier look at the working tree, or one under way,
 * `lastMessages` what was read of the boxes (a line of a box may be very long), `unreadOf` what others have not acknowledged.
 */
export async function gatherRoom(
  ctx: StatusContext,
  input: StatusInput,
  known: {
    readonly dirty?: RoomFacts['dirty'] | Promise<RoomFacts['dirty']> | undefined
    readonly lastMessages?: RoomFacts['lastMessages'] | undefined
    readonly unreadOf?: RoomFacts['unreadOf'] | undefined
  } = {},
): Promise<RoomFacts> {
  const { log, sessions, heartbeats, leases } = ctx.transport
  const { session } = ctx
  const readBox = readBoxesOnce(ctx.transport.inbox)
  const [
    room,
    revision,
    rejections,
    everybody,
    lines,
    inbox,
    dirty,
    coordination,
    activity,
    lastMessages,
    branch,
    lease,
  ] = await Promise.all([
    log.project(roomProjection, input.onProgress),
    log.revision(),
    log.rejections(),
    sessions.list(),
    session === undefined ? [] : heartbeats.latest(session.tool, session.sessionId),
    gatherInbox(ctx, readBox),
    known.dirty ?? ctx.repository.dirtyFiles(ctx.workdir),
    gatherCoordination(ctx, input.coordinationFile),
    gatherActivity(ctx),
    known.lastMessages ?? readLastMessages(ctx),
    ctx.repository.branch(ctx.workdir),
    leases.read(CLAIMS),
  ])
  const changes = await gatherChanges(ctx, room, input.maxChanges ?? 0)
  const authors = await namesOfAuthors(ctx, changes.slice(-MOST_AUTHORS), everybody)
  const times = await readLifeTimes(sessions, everybody, ctx.clock.now())
  return {
    room,
    revision,
    rejections,
    sessions: everybody,
    times,
    heartbeats: lines,
    ...inbox,
    changes,
    authors,
    dirty,
    coordination,
    activity,
    claims: claimsBySession(
      { ...ctx, now: ctx.clock.now(), host: ctx.session?.host },
      { stored: lease?.value, sessions: everybody, times },
    ),
    unreadOf: known.unreadOf ?? (await readUnread(ctx, everybody, readBox)),
    lastMessages,
    asks: await openAsks(ctx, room),
    branch: branch.name === 'unknown' ? null : branch.name,
  }
}

async function gatherActivity({ activity, clock }: StatusContext): Promise<ActivityFacts> {
  if (activity === undefined) return { inFlight: [], left: [], prompts: new Map(), warnings: [] }
  const [inFlight, left = [], prompts, warnings] = await Promise.all([
    activity.inFlight(clock.now()),
    activity.left?.(clock.now()),
    activity.prompts(),
    activity.warnings(),
  ])
  return { inFlight, left, prompts, warnings }
}

async function gatherInbox(
  ctx: StatusContext,
  readBox: BoxReader,
): Promise<Pick<RoomFacts, 'unread' | 'newestDirect' | 'newestBroadcast'>> {
  const { session } = ctx
  const positions =
    session === undefined
      ? []
      : await readInboxPositions(ctx, { tool: session.tool, sessionId: session.sessionId }, readBox)
  const newest = async (source: 'direct' | 'broadcast') => {
    const position = positions.find((candidate) => candidate.source === source)
    if (position === undefined) return []
    const entries = await readNewestEntries(ctx, position, { after: position.handled, limit: PREVIEW_CANDIDATES })
    return entries.filter(({ ordinal }) => !position.ahead.includes(ordinal))
  }
  const [newestDirect, newestBroadcast] = await Promise.all([newest('direct'), newest('broadcast')])
  const unread = { direct: unreadOf(positions, 'direct'), broadcast: unreadOf(positions, 'broadcast') }
  return { unread, newestDirect, newestBroadcast }
}

/** What the projection keeps is enough unless somebody asks for a longer list. */
async function gatherChanges(ctx: StatusContext, room: RoomState, wanted: number): Promise<readonly SurfaceRecord[]> {
  if (wanted <= ROOM_LIMITS.changes) return room.changes.map(({ row }) => row)
  return applyRetractions(await ctx.transport.log.latest(wanted)).map((record) => ({
    ...sanitizeForSurface(record),
    event_id: record.event_id,
  }))
}

/** An acknowledgement covers everything that its session was sent until then. */
async function openAsks({ transport }: StatusContext, { asks }: RoomState): Promise<KeptAsk[]> {
  const waiting = asks.filter(({ answered_by }) => answered_by === null).slice(-MOST_ASKS)
  const handled = await Promise.all(
    waiting.map(async ({ to, to_session_id: id, ts }) => {
      const cursor = id === null ? undefined : await transport.inbox.cursor(safeName(to), id)
      return cursor !== undefined && cursor.acked_at >= ts
    }),
  )
  return waiting.filter((_, at) => handled[at] !== true)
}

/** A file that was asked for is named even when it cannot be read. */
async function gatherCoordination(ctx: StatusContext, asked: string | undefined): Promise<RoomFacts['coordination']> {
  if (asked === undefined) return ctx.coordination?.locate(ctx.workdir)
  return { path: asked, text: (await ctx.repository.readText(asked)) ?? '' }
}
