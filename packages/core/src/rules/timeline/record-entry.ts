import type { ChangeRecord } from '../../model/change-record.js'
import type { TimelineEntry } from '../../model/timeline-entry.js'
import { type JsonObject, obj, str, strings, text } from '../../readers.js'
import type { NameOf } from '../picture/facts.js'
import { clip } from '../text/clip.js'
import { cleanLine } from '../text/peer-text.js'
import { epochOf } from '../text/recency.js'

/** Longer words are cut: the record itself has them all. */
export const ENTRY_CHARS = 400

const WORD_KEYS = ['subject', 'message', 'summary', 'text', 'reason', 'step', 'phase', 'verdict', 'status'] as const
const FILE_KEYS = ['scope', 'paths', 'files', 'owns', 'patterns'] as const

/** A record of the log as an entry of the timeline. Claims are records that say so. */
export function recordEntry(record: ChangeRecord, nameOf: NameOf): TimelineEntry {
  const { payload } = record
  const sessionId = text(payload.session_id) ?? text(payload.from_session_id) ?? null
  const isClaim = record.kind === 'claim' || record.kind === 'release'
  const recipient = text(payload.to_session_id)
  const to = text(payload.to) ?? text(payload.to_tool)
  return {
    at: epochOf(record.ts) ?? null,
    type: isClaim ? 'claim' : record.kind === 'message' ? 'message' : 'record',
    kind: cleanLine(record.kind),
    id: text(record.event_id) ?? null,
    number: record.revision,
    by: nameOf(sessionId ?? '', str(record.tool, 'unknown')),
    session_id: sessionId,
    tool: record.tool,
    to: recipient !== undefined ? nameOf(recipient, to ?? '') : to === undefined ? null : cleanLine(to),
    files: filesOf(payload),
    text: wordsOf(obj(payload.payload)) || wordsOf(payload) || subjectOf(record),
  }
}

/** Of a record that says nothing the subject is its kind. */
function subjectOf({ subject, kind }: ChangeRecord): string {
  const words = cleanLine(str(subject))
  return words === kind ? '' : clip(words, ENTRY_CHARS, { keep: ENTRY_CHARS - 1, mark: '…' })
}

/** What a stored thing says in one line. */
export function wordsOf(payload: JsonObject): string {
  for (const key of WORD_KEYS) {
    const words = cleanLine(str(payload[key]))
    if (words !== '') return clip(words, ENTRY_CHARS, { keep: ENTRY_CHARS - 1, mark: '…' })
  }
  return ''
}

function filesOf(payload: JsonObject): string[] {
  const single = text(payload.path)
  const lists = FILE_KEYS.flatMap((key) => strings(payload[key]))
  // A scope may hold a run or an area as well.
  return [...new Set([...(single === undefined ? [] : [single]), ...lists])].filter((one) => !/^[a-z]+:/.test(one))
}
