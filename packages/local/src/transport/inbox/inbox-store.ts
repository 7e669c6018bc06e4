import { RallyError } from '@rally/core/errors'
import { safeName } from '@rally/core/ids'
import type { InboxMessage } from '@rally/core/model/message'
import type { InboxStore } from '@rally/core/ports/transport'
import type { Cache } from '../cache/cache-folder.js'
import { isDeeperThan, MAX_DEPTH } from '../codec/parse-object.js'
import { stringifyCompact } from '../codec/stringify.js'
import { appendLine } from '../files/append-line.js'
import { MAX_RECORD } from '../log/append-record.js'
import type { Room } from '../room.js'
import { readAckCursor, writeAckCursor } from './ack-cursor-file.js'
import { boxFile } from './parse-message.js'
import { addressedIn, listBoxes, readBox, sizeOfBox } from './read-box.js'

/** `inbox/*.jsonl` and `inbox/.acks/` of a channel (protocol section 6). */
export function createInboxStore(room: Room, options: { cache: Cache }): InboxStore {
  const at = (box: string) => ({ root: room.root, cache: options.cache, box })
  return {
    deliver: (message) =>
      room.write('message', () => {
        const file = boxFile(message.to)
        appendLine(room.root, file, messageLine(room, message), { synced: room.synced })
        return `${room.root}/${file}`
      }),
    boxes: () => room.read(() => listBoxes(room.root)),
    read: (box, after, limit = Number.POSITIVE_INFINITY) => room.read(() => readBox(at(box), after, { limit })),
    size: (box) => room.read(() => sizeOfBox(at(box))),
    addressed: (box, after) => room.read(() => addressedIn(at(box), after)),
    cursor: (tool, sessionId) => room.read(() => readAckCursor(room.root, tool, sessionId)),
    setCursor: (tool, sessionId, cursor) =>
      room.write('ack cursor', () => writeAckCursor(room, cursor, { tool, sessionId })),
  }
}

function messageLine(room: Room, message: InboxMessage): Buffer {
  if (isDeeperThan(message.payload, MAX_DEPTH - 10)) throw refused('it is nested too deeply')
  const line = Buffer.from(`${stringifyCompact(withId(room, message))}\n`, 'latin1')
  if (line.length > MAX_RECORD) throw refused(`it is larger than ${MAX_RECORD} bytes`)
  return line
}

/** A message without an id gets a unique one; the reference's `<sender>-<milliseconds>` repeats. */
function withId(room: Room, message: InboxMessage): InboxMessage {
  if (message.id !== '') return message
  return { ...message, id: `${safeName(message.from)}-${Math.trunc(message.ts * 1000)}-${room.ids.hex(8)}` }
}

function refused(reason: string): RallyError {
  return new RallyError('NOT_STORED', {
    what: 'message',
    reason,
    hint: 'put the text into a file of the repository and send its path',
  })
}
