import { safeName } from '@rally/core/ids'
import type { InboxMessage } from '@rally/core/model/message'
import { num, obj, text } from '@rally/core/readers'
import { truthy } from '@rally/core/rules/text/python-values'
import { dropMistyped } from '../codec/drop-mistyped.js'
import { parseObject } from '../codec/parse-object.js'

/** A stored line as a message, or null when it holds none. Missing or mistyped keys get the reference's defaults. */
export function parseMessage(line: string): InboxMessage | null {
  const stored = parseObject(line)
  if (stored === undefined) return null
  dropMistyped(stored)
  return {
    ...stored,
    schema_version: text(stored.schema_version) ?? '1.0',
    id: typeof stored.id === 'number' ? String(stored.id) : (text(stored.id) ?? ''),
    kind: text(stored.kind) ?? 'message',
    from: text(stored.from) ?? 'unknown',
    to: text(stored.to) ?? 'unknown',
    requires_ack: truthy(stored.requires_ack),
    ts: num(stored.ts) ?? 0,
    payload: obj(stored.payload),
  }
}

/** The file of a box below the channel: a tool id, or `all`. */
export function boxFile(box: string): string {
  return `inbox/${safeName(box)}.jsonl`
}
