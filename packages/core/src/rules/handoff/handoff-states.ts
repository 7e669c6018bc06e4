import type { ChangeRecord } from '../../model/change-record.js'
import type { LogProjection } from '../../ports/transport.js'
import { obj, str, strings, text } from '../../readers.js'
import { retractionTarget } from '../log/retraction.js'
import { clip } from '../text/clip.js'
import { epochOf } from '../text/recency.js'

/** How far a handoff is: nobody took it, somebody works on it, somebody would not, it is settled. */
const HANDOFF_STATES = ['open', 'accepted', 'declined', 'done'] as const
export type HandoffState = (typeof HANDOFF_STATES)[number]

/** The record by which somebody accepts a handoff. It settles nothing: gates wait until it is done or declined. */
export const ACCEPTANCE = 'handoff-accept'

/** A step of a handoff's life and who took it. */
export interface HandoffStep {
  readonly event_id: string
  readonly state: HandoffState
  readonly session_id: string | null
  readonly tool: string
  /** Epoch seconds. */
  readonly ts: number
  readonly text: string
}

export interface Handoff {
  readonly event_id: string
  /** Its number in the room. */
  readonly number: number
  readonly tool: string
  readonly session_id: string | null
  /** A tool, `peer` for whoever takes it, and the one session that is meant. */
  readonly to: string
  readonly to_session_id: string | null
  readonly text: string
  readonly owns: readonly string[]
  /** Epoch seconds. */
  readonly ts: number
  /** In order of writing; those that came when the handoff was in a state that does not allow them are left out. */
  readonly steps: readonly HandoffStep[]
}

/** Announcements of ownership (protocol section 12) are no work to settle. */
const ANNOUNCEMENTS = ['bootstrapped', 'rally-point']
/** So many are kept, the newest. */
const MOST = 300
const LONGEST_TEXT = 240

/** The handoffs of a room and their lives. */
export const handoffStates: LogProjection<{ handoffs: Handoff[] }> = {
  name: 'handoff-states',
  version: 1,
  initial: () => ({ handoffs: [] }),
  fold(state, record) {
    const target = retractionTarget(record)
    if (target !== null) return { handoffs: withoutRecord(state.handoffs, target) }
    if (record.kind === 'handoff') return { handoffs: [...state.handoffs, ...handoffOf(record)].slice(-MOST) }
    const named = namedBy(record)
    if (named === undefined) return state
    const index = state.handoffs.findLastIndex(({ event_id }) => event_id === named)
    const handoff = state.handoffs[index]
    const step = handoff === undefined ? undefined : stepOf(record, stateOf(handoff))
    if (handoff === undefined || step === undefined) return state
    state.handoffs[index] = { ...handoff, steps: [...handoff.steps, step] }
    return state
  },
}

/** How far a handoff is. */
export function stateOf({ steps }: Pick<Handoff, 'steps'>): HandoffState {
  return steps.at(-1)?.state ?? 'open'
}

/** Who accepted it, where somebody did. */
export function accepterOf({ steps }: Pick<Handoff, 'steps'>): HandoffStep | undefined {
  return steps.findLast(({ state }) => state === 'accepted')
}

function handoffOf(record: ChangeRecord): Handoff[] {
  const payload = obj(record.payload)
  const id = text(record.event_id)
  if (id === undefined || ANNOUNCEMENTS.includes(str(payload.action))) return []
  const said = text(payload.message) ?? text(payload.summary) ?? text(payload.subject) ?? ''
  return [
    {
      event_id: id,
      number: record.revision ?? 0,
      tool: clip(str(record.tool, 'unknown'), 128),
      session_id: text(payload.session_id) ?? null,
      to: clip(text(payload.to) ?? text(payload.to_tool) ?? str(payload.target, 'peer'), 128),
      to_session_id: text(payload.to_session_id) ?? null,
      text: clip(said, LONGEST_TEXT),
      owns: strings(obj(payload.ownership).owns).slice(0, 50),
      ts: epochOf(record.ts) ?? 0,
      steps: [],
    },
  ]
}

/** The handoff that a record accepts or settles. */
function namedBy({ kind, payload }: ChangeRecord): string | undefined {
  const { handoff, ref, ref_id, resolves } = obj(payload)
  return kind === ACCEPTANCE ? text(handoff) : (text(ref) ?? text(ref_id) ?? text(resolves))
}

/** A record that only refers to a handoff settles it, as in the existing system; ours says how. */
function stepOf(record: ChangeRecord, before: HandoffState): HandoffStep | undefined {
  const payload = obj(record.payload)
  const state = record.kind === ACCEPTANCE ? 'accepted' : payload.verdict === 'declined' ? 'declined' : 'done'
  if (before === 'done' || before === 'declined' || (state === 'accepted' && before !== 'open')) return undefined
  return {
    event_id: str(record.event_id),
    state,
    session_id: text(payload.session_id) ?? null,
    tool: clip(str(record.tool, 'unknown'), 128),
    ts: epochOf(record.ts) ?? 0,
    text: clip(text(payload.message) ?? text(payload.summary) ?? '', LONGEST_TEXT),
  }
}

/** A handoff that is taken back is gone; a step that is taken back did not happen. */
function withoutRecord(handoffs: readonly Handoff[], eventId: string): Handoff[] {
  return handoffs
    .filter(({ event_id }) => event_id !== eventId)
    .map((handoff) => ({ ...handoff, steps: handoff.steps.filter(({ event_id }) => event_id !== eventId) }))
}
