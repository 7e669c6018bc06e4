import type { RecordReference } from './record-reference.js'
import type { SurfaceRecord } from './sanitize-for-surface.js'

/**
 * What is remembered of a channel's log, however long it is: every list has a limit. Plain JSON, since a transport keeps it
 * between processes.
 */
export interface RoomState {
  /** Records seen so far. */
  count: number
  /** The newest revision of each kind of record. */
  kinds: Record<string, number>
  /** The newest records that stand, in order of writing. */
  changes: KeptChange[]
  /** Escalations that ask for something, acknowledged ones included (an acknowledgement can be retracted). */
  escalations: KeptChange[]
  acknowledgements: KeptAcknowledgement[]
  standbys: KeptStandby[]
  wakes: KeptWake[]
  /** The newest few status posts of each tool. */
  pointers: KeptPointer[]
  /** The newest phase of each session. */
  phases: KeptPhase[]
  handoffs: KeptHandoff[]
  /** Questions to somebody, answered ones included (an answer can be retracted). */
  asks: KeptAsk[]
  /** Retractions whose target has not been seen. */
  retracted: { readonly eventId: string; readonly revision: number | null }[]
}

/** Which record something was kept from. `n` is its ordinal in the log: event ids and revisions need not be unique. */
export interface Kept {
  readonly n: number
  readonly event_id: string | null
  readonly revision: number | null
}

export interface KeptChange extends Kept {
  readonly kind: string
  /** Whether the record takes another one back; such a record is never taken back itself. */
  readonly retraction: boolean
  readonly row: SurfaceRecord
}

/** An escalation that acknowledges another one. */
export interface KeptAcknowledgement extends Kept {
  readonly names: RecordReference
}

/** The end of a standby. */
export interface KeptWake extends Kept {
  /** Event id of the standby. */
  readonly standby: string
}

export interface KeptStandby extends Kept {
  readonly tool: string
  readonly owner: string
  readonly reason: string
  readonly wake_after: string
  /** Epoch seconds of the posting; relative wake times count from it. */
  readonly posted_at: number
}

export interface KeptPointer extends Kept {
  readonly tool: string
  readonly ts: unknown
  /** The pointer's keys as they were written. */
  readonly payload: { readonly [key: string]: unknown }
}

export interface KeptPhase extends Kept {
  readonly tool: string
  readonly session_id: string
  readonly phase: string
  readonly ts: unknown
}

export interface KeptHandoff extends Kept {
  readonly tool: string
  readonly session_id: string
  readonly to: string
  readonly to_session_id: string | null
  readonly subject: string
  readonly ts: unknown
  /** Ordinal of the record that refers to it as settled; null while it is open. */
  resolved_by: number | null
  /** Ordinal of the record by which somebody took it; it settles nothing. */
  accepted_by: number | null
  /** The session that took it. */
  taker: string | null
}

export interface KeptAsk extends Kept {
  /** Id of the message. */
  readonly id: string
  readonly tool: string
  readonly session_id: string
  readonly to: string
  readonly to_session_id: string | null
  readonly text: string
  /** Epoch seconds. */
  readonly ts: number
  /** Ordinal of the record that answers it; null while it waits. */
  answered_by: number | null
}

/** How many of each are kept. */
export const ROOM_LIMITS = {
  kinds: 100,
  changes: 100,
  escalations: 500,
  acknowledgements: 1000,
  standbys: 500,
  wakes: 1000,
  pointers: 200,
  pointersPerTool: 5,
  phases: 200,
  handoffs: 200,
  asks: 100,
  retracted: 64,
} as const

export function emptyRoomState(): RoomState {
  return {
    count: 0,
    kinds: {},
    changes: [],
    escalations: [],
    acknowledgements: [],
    standbys: [],
    wakes: [],
    pointers: [],
    phases: [],
    handoffs: [],
    asks: [],
    retracted: [],
  }
}
