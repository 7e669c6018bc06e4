import type { EditStretch } from '../../model/edit-stretch.js'
import type { HeldName } from '../../model/held-name.js'
import type { TellingRecord } from '../../model/telling.js'
import type { TimelineEntry } from '../../model/timeline-entry.js'
import { obj, str, text } from '../../readers.js'
import { senderName, senderSession } from '../inbox/sender-name.js'
import type { NameOf } from '../picture/facts.js'
import { clip } from '../text/clip.js'
import { cleanLine } from '../text/peer-text.js'
import { epochOf } from '../text/recency.js'
import { ENTRY_CHARS, wordsOf } from './record-entry.js'

/** A stored message, of any shape. */
export function messageEntry(message: unknown, nameOf: NameOf): TimelineEntry {
  const stored = obj(message)
  const sessionId = senderSession(stored) ?? null
  const recipient = text(stored.to_session_id)
  const tool = str(stored.from, 'unknown')
  return {
    at: epochOf(stored.ts) ?? null,
    type: 'message',
    kind: cleanLine(str(stored.kind, 'message')),
    id: text(stored.id) ?? null,
    number: null,
    by: senderName(stored) ?? nameOf(sessionId ?? '', tool),
    session_id: sessionId,
    tool,
    to: recipient === undefined ? cleanLine(str(stored.to, 'unknown')) : nameOf(recipient, str(stored.to)),
    files: [],
    text: wordsOf(obj(stored.payload)) || wordsOf(stored),
  }
}

export function editEntry(edit: EditStretch, nameOf: NameOf): TimelineEntry {
  return {
    at: edit.since,
    type: 'edit',
    kind: 'edit',
    id: null,
    number: null,
    by: edit.name ?? nameOf(edit.sessionId, edit.tool),
    session_id: edit.sessionId,
    tool: edit.tool,
    to: null,
    files: [edit.path],
    text: '',
    until: edit.last,
    count: edit.count,
  }
}

/** What rally told an agent. `by` is the agent. */
export function toldEntry(telling: TellingRecord, nameOf: NameOf): TimelineEntry {
  return {
    at: telling.at,
    type: 'told',
    kind: telling.reasons[0] ?? 'told',
    id: null,
    number: null,
    by: telling.name ?? nameOf(telling.session, telling.tool),
    session_id: telling.session,
    tool: telling.tool,
    to: null,
    files: [...telling.files],
    text: clip(cleanLine(telling.text), ENTRY_CHARS, { keep: ENTRY_CHARS - 1, mark: '…' }),
  }
}

/** When the holder of a name came, or came back, and when it left. */
export function arrivalEntries({ name, session_id, at, ended_at }: HeldName, toolOf: (id: string) => string | null) {
  const entry = (time: number, kind: 'arrived' | 'left'): TimelineEntry => ({
    at: time,
    type: 'arrival',
    kind,
    id: null,
    number: null,
    by: name,
    session_id,
    tool: toolOf(session_id),
    to: null,
    files: [],
    text: '',
  })
  if (session_id === '') return []
  return [entry(at, 'arrived'), ...(ended_at === null ? [] : [entry(ended_at, 'left')])]
}
