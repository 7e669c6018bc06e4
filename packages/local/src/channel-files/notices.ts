import { isSafeId } from '@rally/core/ids'
import type { RecordDraft } from '@rally/core/model/change-record'
import type { Notice } from '@rally/core/moments'
import type { Appended } from '@rally/core/ports/transport'
import { int, isObject, type JsonObject, num, obj, parseJson, str, text } from '@rally/core/readers'
import { readAcknowledged } from '@rally/core/rules/log/record-reference'
import { retractedRevision, retractionTarget } from '@rally/core/rules/log/retraction'
import { personName } from '@rally/core/rules/roster/person'
import { isSessionName } from '@rally/core/rules/roster/session-names'
import { clip } from '@rally/core/rules/text/clip'
import { statIfThere } from '../system/facts.js'
import { appendLine } from '../transport/files/append-line.js'
import { readText } from '../transport/files/read-text.js'
import { writeAtomically } from '../transport/files/write-atomically.js'
import { readPresence } from './presence-records.js'

// Escalations stand in the log, which no hook reads. Whoever appends one, and whoever answers or takes one back, leaves a
// line here as well: this file is the only owner of its format.

export const NOTICES_FOLDER = 'hook/room'
export const NOTICES = 'notices.jsonl'
const FILE = `${NOTICES_FOLDER}/${NOTICES}`
/** Above this size (bytes) the older half is dropped: hundreds of questions. */
const MOST_BYTES = 128 << 10
const LONGEST_REASON = 300

/** Bytes of the notices, 0 when there are none. */
export function noticesSize(root: string): number {
  const stats = statIfThere(`${root}/${FILE}`)
  return stats?.isFile() ? stats.size : 0
}

/** All notices, in order of writing, and the size of what was read. */
export function readNotices(root: string): { readonly all: readonly Notice[]; readonly size: number } {
  const file = noticesSize(root) === 0 ? undefined : readText(root, FILE)
  if (file === undefined) return { all: [], size: noticesSize(root) }
  return { all: file.text.split('\n').flatMap(parseNotice), size: file.file.size }
}

/** Rings the notice of a record that concerns everybody. Best effort: the record stands in the log whatever happens here. */
export function noteRecord(root: string, draft: RecordDraft, { revision, eventId }: Appended): void {
  const words = wordsOf(draft)
  if (words === undefined) return
  const by = text(draft.payload.session_id) ?? draft.tool
  const notice = { revision, id: eventId, ts: draft.ts, by, name: nameOf(root, by), ...words }
  try {
    appendLine(root, FILE, Buffer.from(`${JSON.stringify(notice)}\n`), { synced: false })
    if (noticesSize(root) > MOST_BYTES) dropOlder(root)
  } catch {
    // A full disk, or a folder that may only be read.
  }
}

function wordsOf(draft: RecordDraft): JsonObject | undefined {
  const retracts = retractionTarget(draft)
  if (retracts !== null) return { retracts: { revision: retractedRevision(draft), eventId: retracts } }
  if (draft.kind !== 'escalation') return undefined
  const { reason, message, summary } = draft.payload
  const said = text(reason) ?? text(message) ?? text(summary) ?? ''
  return { reason: clip(said, LONGEST_REASON), answers: readAcknowledged(draft) }
}

function nameOf(root: string, sessionId: string): string | undefined {
  const name = personName(sessionId) ?? readPresence(root, sessionId)?.name
  return isSessionName(name) || personName(sessionId) !== undefined ? str(name) : undefined
}

/** A name of a session or a person; anything else is nobody's, and would be a sentence in rally's own voice. */
function isShownName(name: unknown): name is string {
  return isSessionName(name) || isSafeId(name)
}

function parseNotice(line: string): Notice[] {
  const stored = obj(parseJson(line))
  const revision = int(stored.revision)
  if (revision === undefined) return []
  const name = isShownName(stored.name) ? stored.name : undefined
  return [
    {
      revision,
      eventId: str(stored.id),
      ts: num(stored.ts) ?? 0,
      by: str(stored.by),
      ...(name === undefined ? {} : { name }),
      reason: str(stored.reason),
      ...(isObject(stored.answers) ? { answers: reference(stored.answers) } : {}),
      ...(isObject(stored.retracts) ? { retracts: reference(stored.retracts) } : {}),
    },
  ]
}

function reference(stored: JsonObject): NonNullable<Notice['answers']> {
  return { revision: int(stored.revision), eventId: text(stored.eventId) }
}

function dropOlder(root: string): void {
  const lines = readText(root, FILE)?.text.split('\n') ?? []
  writeAtomically(root, FILE, { text: lines.slice(lines.length >> 1).join('\n'), synced: false })
}
