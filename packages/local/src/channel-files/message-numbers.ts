import type { RecordDraft } from '@rally/core/model/change-record'
import type { Appended } from '@rally/core/ports/transport'
import { int, obj, parseJson, text } from '@rally/core/readers'
import { statIfThere } from '../system/facts.js'
import { appendLine } from '../transport/files/append-line.js'
import { readText } from '../transport/files/read-text.js'
import { writeAtomically } from '../transport/files/write-atomically.js'

// A message's number is the revision of its record in this room. The log has it, which no hook reads: whoever appends the
// record of a message leaves its number here as well.

const FILE = 'hook/room/numbers.jsonl'
/** Above this size (bytes) the older half is dropped: more than a thousand messages. */
const MOST_BYTES = 128 << 10

/** Numbers by the event id of a message's record. */
export function readNumbers(root: string): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>()
  for (const line of readText(root, FILE)?.text.split('\n') ?? []) {
    const { e, n } = obj(parseJson(line))
    const [eventId, number] = [text(e), int(n)]
    if (eventId !== undefined && number !== undefined) numbers.set(eventId, number)
  }
  return numbers
}

/** Best effort: without its number a message is named by its id. */
export function noteNumber(root: string, draft: RecordDraft, { revision, eventId }: Appended): void {
  if (draft.event_id === undefined || text(draft.payload.to) === undefined) return
  try {
    appendLine(root, FILE, Buffer.from(`${JSON.stringify({ e: eventId, n: revision })}\n`), { synced: false })
    if ((statIfThere(`${root}/${FILE}`)?.size ?? 0) > MOST_BYTES) dropOlder(root)
  } catch {
    // A full disk, or a folder that may only be read.
  }
}

function dropOlder(root: string): void {
  const lines = readText(root, FILE)?.text.split('\n') ?? []
  writeAtomically(root, FILE, { text: lines.slice(lines.length >> 1).join('\n'), synced: false })
}
