import type { ChangeRecord } from '../../model/change-record.js'
import type { LogProjection } from '../../ports/transport.js'
import { type JsonObject, obj, str, text } from '../../readers.js'
import { ACCEPTANCE } from '../handoff/handoff-states.js'
import { sentMessageOf } from '../inbox/sent-messages.js'
import { readStatusPointer } from '../status/status-pointer.js'
import { clip } from '../text/clip.js'
import { epochOf } from '../text/recency.js'
import { acknowledges, openEscalations, openStandbys } from './open-matters.js'
import { readAcknowledged } from './record-reference.js'
import { retractedRevision, retractionTarget } from './retraction.js'
import { emptyRoomState, type Kept, type KeptChange, ROOM_LIMITS, type RoomState } from './room-state.js'
import { sanitizeForSurface } from './sanitize-for-surface.js'

/**
 * Everything that status, checkpoint, wake-due, watch and status-read want to know of a log, folded record by record into a
 * state of bounded size, so that their cost does not depend on the log's length.
 */
export const roomProjection: LogProjection<RoomState> = {
  name: 'room',
  version: 7,
  initial: emptyRoomState,
  fold: foldRecord,
}

function foldRecord(state: RoomState, record: ChangeRecord): RoomState {
  const kept: Kept = { n: state.count, event_id: text(record.event_id) ?? null, revision: record.revision ?? null }
  state.count += 1
  const target = retractionTarget(record)
  if (target === null && wasAwaited(state, kept)) return state
  const row = sanitizeForSurface(record)
  if (kept.event_id !== null) row.event_id = clip(kept.event_id, 128)
  const change: KeptChange = { ...kept, kind: str(record.kind), retraction: target !== null, row }
  push(state.changes, change, ROOM_LIMITS.changes)
  noteKind(state, change)
  settleHandoff(state, record)
  settleAsk(state, record)
  keepAsk(state, record, kept)
  if (Object.hasOwn(KEEPERS, change.kind)) KEEPERS[change.kind]?.(state, record, change)
  else if (isStatusBySubject(record)) keepPointer(state, record, change)
  if (target !== null) retract(state, target, retractedRevision(record) ?? null)
  return state
}

function noteKind(state: RoomState, { kind, revision }: KeptChange): void {
  const known = Object.hasOwn(state.kinds, kind)
  if (revision === null || (!known && Object.keys(state.kinds).length >= ROOM_LIMITS.kinds)) return
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(kind)) return
  state.kinds[kind] = Math.max(revision, known ? (state.kinds[kind] ?? 0) : 0)
}

type Keeper = (state: RoomState, record: ChangeRecord, change: KeptChange) => void

const KEEPERS: Readonly<Record<string, Keeper>> = {
  escalation: keepEscalation,
  standby: keepStandby,
  wake: keepWake,
  status: keepPointer,
  phase: keepPhase,
  handoff: keepHandoff,
}

function keepEscalation(state: RoomState, record: ChangeRecord, change: KeptChange): void {
  const names = readAcknowledged({ payload: obj(record.payload) })
  if (names === undefined) {
    state.escalations.push(change)
    state.escalations = prune(state.escalations, ROOM_LIMITS.escalations, () => openEscalations(state))
    return
  }
  const dropped = push(state.acknowledgements, { ...identify(change), names }, ROOM_LIMITS.acknowledgements)
  // What a forgotten acknowledgement closed must not open again.
  if (dropped !== undefined) state.escalations = state.escalations.filter((closed) => !acknowledges(dropped, closed))
}

function keepStandby(state: RoomState, record: ChangeRecord, change: KeptChange): void {
  const payload = obj(record.payload)
  const tool = brief(record.tool, 'unknown')
  const standby = {
    ...identify(change),
    tool,
    owner: brief(payload.owner, tool),
    reason: brief(payload.reason, ''),
    wake_after: brief(payload.wake_after, ''),
    posted_at: epochOf(record.ts) ?? 0,
  }
  state.standbys.push(standby)
  state.standbys = prune(state.standbys, ROOM_LIMITS.standbys, () => openStandbys(state))
}

function keepWake(state: RoomState, record: ChangeRecord, change: KeptChange): void {
  const payload = obj(record.payload)
  const standby = text(payload.ref_standby) ?? text(payload.ref) ?? text(payload.ref_id)
  if (standby === undefined) return
  const dropped = push(state.wakes, { ...identify(change), standby: clip(standby, 128) }, ROOM_LIMITS.wakes)
  if (dropped !== undefined) state.standbys = state.standbys.filter(({ event_id }) => event_id !== dropped.standby)
}

/** A native store of the existing system gives a status record another kind; its subject stays. */
function isStatusBySubject(record: ChangeRecord): boolean {
  return record.subject === 'status' || obj(record.payload).subject === 'status'
}

function keepPointer(state: RoomState, record: ChangeRecord, change: KeptChange): void {
  const { message, summary, reason } = obj(record.payload)
  const pointer = readStatusPointer(obj(record.payload))
  if (pointer === undefined) return
  const tool = brief(record.tool, 'unknown')
  const { file, committedSha: committed_sha } = pointer
  const payload = briefPayload({ file, committed_sha, message, summary, reason })
  const mine = state.pointers.filter((pointer) => pointer.tool === tool)
  if (mine.length >= ROOM_LIMITS.pointersPerTool) removeRecord(state.pointers, mine[0]?.n)
  push(state.pointers, { ...identify(change), tool, ts: record.ts, payload }, ROOM_LIMITS.pointers)
}

function keepPhase(state: RoomState, record: ChangeRecord, change: KeptChange): void {
  const payload = obj(record.payload)
  const tool = brief(record.tool, 'unknown')
  const session = brief(payload.session_id, '')
  const former = state.phases.findLast((phase) => phase.tool === tool && phase.session_id === session)
  removeRecord(state.phases, former?.n)
  const phase = { ...identify(change), tool, session_id: session, phase: brief(payload.phase, ''), ts: record.ts }
  push(state.phases, phase, ROOM_LIMITS.phases)
}

/** Actions of handoffs that only announce who owns what (protocol section 12): nobody has to settle one. */
const ANNOUNCEMENTS = ['bootstrapped', 'rally-point']

function keepHandoff(state: RoomState, record: ChangeRecord, change: KeptChange): void {
  const payload = obj(record.payload)
  if (ANNOUNCEMENTS.includes(str(payload.action))) return
  const handoff = {
    ...identify(change),
    tool: brief(record.tool, 'unknown'),
    session_id: brief(payload.session_id, ''),
    to: brief(text(payload.to) ?? text(payload.to_tool) ?? payload.target, 'peer'),
    to_session_id: brief(payload.to_session_id, '') || null,
    subject: brief(text(payload.message) ?? text(payload.summary) ?? payload.subject, ''),
    ts: record.ts,
    resolved_by: null,
    accepted_by: null,
    taker: null,
  }
  push(state.handoffs, handoff, ROOM_LIMITS.handoffs)
}

/** A record that refers to a handoff by its event id (`ref`, `ref_id`, `resolves`) settles it; an acceptance only says who works on it. */
function settleHandoff(state: RoomState, record: ChangeRecord): void {
  const payload = obj(record.payload)
  if (record.kind === ACCEPTANCE) {
    const taken = state.handoffs.findLast(({ event_id }) => event_id !== null && event_id === payload.handoff)
    if (taken?.accepted_by === null) {
      taken.accepted_by = state.count - 1
      taken.taker = brief(payload.session_id, '') || null
    }
    return
  }
  const reference = text(payload.ref) ?? text(payload.ref_id) ?? text(payload.resolves)
  if (reference === undefined) return
  const handoff = state.handoffs.findLast((open) => open.event_id === reference && open.resolved_by === null)
  if (handoff !== undefined) handoff.resolved_by = state.count - 1
}

function keepAsk(state: RoomState, record: ChangeRecord, kept: Kept): void {
  const message = obj(record.payload).message_kind === 'ask' ? sentMessageOf(record) : undefined
  if (message === undefined) return
  const { id, from: tool, to, to_session_id, text: words, ts } = message
  const ask = { ...kept, id, tool, session_id: brief(message.session_id, ''), to, to_session_id, text: words, ts }
  push(state.asks, { ...ask, answered_by: null }, ROOM_LIMITS.asks)
}

/** A reply names the message that it answers. */
function settleAsk(state: RoomState, { payload }: ChangeRecord): void {
  const answers = text(obj(payload).reply_to)
  if (answers === undefined) return
  const ask = state.asks.findLast((open) => open.id === answers && open.answered_by === null)
  if (ask !== undefined) ask.answered_by = state.count - 1
}

/** Takes one record out of every list: the newest with that id, or the one whose revision is named too. */
function retract(state: RoomState, eventId: string, revision: number | null): void {
  const isTarget = (kept: Kept & { retraction?: boolean }) =>
    kept.event_id === eventId && (revision === null || kept.revision === revision) && kept.retraction !== true
  const found = lists(state).map((list) => list.findLast(isTarget)?.n ?? -1)
  const victim = Math.max(...found)
  if (victim < 0) {
    push(state.retracted, { eventId, revision }, ROOM_LIMITS.retracted)
    return
  }
  for (const list of lists(state)) removeRecord(list, victim)
  for (const handoff of state.handoffs) {
    if (handoff.resolved_by === victim) handoff.resolved_by = null
    if (handoff.accepted_by === victim) Object.assign(handoff, { accepted_by: null, taker: null })
  }
  for (const ask of state.asks) if (ask.answered_by === victim) ask.answered_by = null
}

/** Whether a retraction came before this record, which a relayed or reordered log can bring. */
function wasAwaited(state: RoomState, { event_id, revision }: Kept): boolean {
  const index = state.retracted.findIndex(
    (awaited) => awaited.eventId === event_id && (awaited.revision === null || awaited.revision === revision),
  )
  if (index >= 0) state.retracted.splice(index, 1)
  return index >= 0
}

function lists(state: RoomState): Kept[][] {
  const { changes, escalations, acknowledgements, standbys, wakes, pointers, phases, handoffs, asks } = state
  return [changes, escalations, acknowledgements, standbys, wakes, pointers, phases, handoffs, asks]
}

function identify({ n, event_id, revision }: Kept): Kept {
  return { n, event_id, revision }
}

/** Appends; answers what fell out at the other end. */
function push<Item>(list: Item[], item: Item, limit: number): Item | undefined {
  list.push(item)
  return list.length > limit ? list.shift() : undefined
}

/** Keeps what is open rather than what is new. Now and then only: finding out what is open takes time. */
function prune<Item>(list: Item[], limit: number, open: () => Item[]): Item[] {
  return list.length < limit * 1.5 ? list : open().slice(-limit)
}

function removeRecord(list: Kept[], n: number | undefined): void {
  const index = list.findLastIndex((kept) => kept.n === n)
  if (index >= 0) list.splice(index, 1)
}

function brief(value: unknown, fallback: string): string {
  return clip(str(value) || fallback, 240)
}

function briefPayload(payload: JsonObject): JsonObject {
  const entries = Object.entries(payload).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Object.fromEntries(entries.map(([key, value]) => [key, clip(value, 1000)]))
}
