import type { ChangeRecord } from '../../model/change-record.js'
import type { LogProjection } from '../../ports/transport.js'
import { isObject, obj, str, text } from '../../readers.js'
import { clip } from '../text/clip.js'
import { epochOf } from '../text/recency.js'
import { messageIdOfEvent } from './message-ids.js'
import { summarizeMessage } from './summarize-message.js'

/** A message as the log knows it: who sent what to whom, and what it answers. */
export interface SentMessage {
  readonly id: string
  /** Its number in the room. */
  readonly number: number
  readonly event_id: string
  readonly kind: string
  /** Tool and session of the sender; null where the record does not say. */
  readonly from: string
  readonly session_id: string | null
  /** The box: a tool or `all`, and the one session that is meant. */
  readonly to: string
  readonly to_session_id: string | null
  readonly reply_to: string | null
  /** The machine that it was sent on, where a relay brought it; null for one of this machine. */
  readonly machine: string | null
  /** Epoch seconds. */
  readonly ts: number
  /** The beginning of what it says, as stored. */
  readonly text: string
}

export interface SentState {
  messages: SentMessage[]
  /** Who said what about a record by naming its event id: an answer to a handoff, a verdict. */
  references: {
    readonly event_id: string
    readonly session_id: string | null
    readonly ts: number
    readonly number: number
  }[]
}

/** So many of each are kept, the newest. */
const MOST = 1000
const LONGEST_TEXT = 160

/** The messages of a room, newest last. */
export const sentMessages: LogProjection<SentState> = {
  name: 'sent-messages',
  version: 2,
  initial: () => ({ messages: [], references: [] }),
  fold(state, record) {
    const message = sentMessageOf(record)
    if (message !== undefined) state.messages = [...state.messages, message].slice(-MOST)
    const payload = obj(record.payload)
    const named = text(payload.ref) ?? text(payload.ref_id) ?? text(payload.resolves)
    if (named !== undefined) {
      const session_id = text(payload.session_id) ?? null
      const reference = {
        event_id: clip(named, 128),
        session_id,
        ts: epochOf(record.ts) ?? 0,
        number: record.revision ?? 0,
      }
      state.references = [...state.references, reference].slice(-MOST)
    }
    return state
  },
}

/** The id of the message that a record goes with; undefined when it goes with none. */
export function messageIdOfRecord({ payload, event_id, tool }: Pick<ChangeRecord, 'payload' | 'event_id' | 'tool'>) {
  return text(obj(payload).message_id) ?? messageIdOfEvent(str(event_id), str(tool))
}

/** The message that a record tells of; undefined for one that goes with none. */
export function sentMessageOf(record: ChangeRecord): SentMessage | undefined {
  const payload = obj(record.payload)
  const [to, id] = [text(payload.to), messageIdOfRecord(record)]
  if (to === undefined || id === undefined) return undefined
  return {
    id: clip(id, 256),
    number: record.revision ?? 0,
    event_id: clip(str(record.event_id), 128),
    kind: clip(text(payload.message_kind) ?? str(record.kind, 'message'), 64),
    from: clip(str(record.tool, 'unknown'), 128),
    session_id: text(payload.from_session_id) ?? text(payload.session_id) ?? null,
    to: clip(to === 'peer' ? 'all' : to, 128),
    to_session_id: text(payload.to_session_id) ?? null,
    reply_to: text(payload.reply_to) ?? null,
    machine: text(obj(record.rally_origin).machine) ?? null,
    ts: epochOf(record.ts) ?? 0,
    text: clip(
      summarizeMessage({ payload: isObject(payload.payload) ? payload.payload : payload }).preview ?? '',
      LONGEST_TEXT,
    ),
  }
}
