import { safeName } from '@rally/core/ids'
import type { AckCursor } from '@rally/core/model/ack-cursor'
import { isObject, num, obj, str } from '@rally/core/readers'
import { parseObject } from '../codec/parse-object.js'
import { countOf } from '../codec/python-values.js'
import { stringifyIndented } from '../codec/stringify.js'
import { readText } from '../files/read-text.js'
import { writeAtomically } from '../files/write-atomically.js'
import type { Room } from '../room.js'

/** The ack cursor of a session (protocol section 6), or undefined. Mistyped counts read as 0. */
export function readAckCursor(root: string, tool: string, sessionId: string): AckCursor | undefined {
  const text = readText(root, cursorFile(tool, sessionId))?.text
  const stored = text === undefined ? undefined : parseObject(text)
  if (stored === undefined) return undefined
  return {
    ...stored,
    schema_version: str(stored.schema_version, '1.0'),
    kind: 'rally-inbox-ack-cursor',
    tool: str(stored.tool, safeName(tool)),
    session_id: str(stored.session_id, sessionId),
    acked_at: num(stored.acked_at) ?? 0,
    direct: position(stored.direct),
    broadcast: isObject(stored.broadcast) ? position(stored.broadcast) : undefined,
  }
}

/** Keeps a cursor as the reference writes it; answers the path. */
export function writeAckCursor(room: Room, cursor: AckCursor, at: { tool: string; sessionId: string }): string {
  return writeAtomically(room.root, cursorFile(at.tool, at.sessionId), {
    text: stringifyIndented(cursor),
    synced: room.synced,
  })
}

function cursorFile(tool: string, sessionId: string): string {
  return `inbox/.acks/${safeName(tool)}/${safeName(sessionId)}.json`
}

function position(value: unknown): AckCursor['direct'] {
  const { line_count, last_message_ts } = obj(value)
  return { line_count: countOf(line_count), last_message_ts: num(last_message_ts) ?? null }
}
