import { RallyError } from '../errors.js'
import { requireSafeId, safeName } from '../ids.js'
import type { AckCursor } from '../model/ack-cursor.js'
import type { ChangeRecord } from '../model/change-record.js'
import type { Channel } from '../model/channel.js'
import type { InboxMessage } from '../model/message.js'
import type { Presence } from '../model/presence.js'
import type { TaskHeartbeat } from '../model/task-heartbeat.js'
import type { Clock, Ids } from '../ports/clock.js'
import type { AddressedEntry, ChangeHint, Transport, Transports } from '../ports/transport.js'
import { text } from '../readers.js'
import { readerStub } from '../rules/presence/reader-stub.js'
import { createMemoryLog } from './memory-log.js'
import { createMemoryNames } from './memory-names.js'
import { copy, emptyRoom, type MemoryRoom, push } from './memory-room.js'

/** A transport whose channel lives in this process only; for tests, and as the plainest statement of the port. */
export interface MemoryTransport extends Transport {
  /** Puts things there that no writer of ours would: records and lines as another program may have left them. */
  readonly plant: {
    record(record: ChangeRecord): void
    presence(key: string, presence: unknown): void
    heartbeat(tool: string, line: unknown): void
    message(box: string, message: unknown): void
    ack(tool: string, sessionId: string, cursor: unknown): void
    lease(name: string, value: unknown): void
  }
}

/** Rooms in memory; a channel that is opened again is the same room. */
export interface MemoryTransports extends Transports {
  open(channel: Channel): Promise<MemoryTransport>
}

/** Transports that share a channel's data whenever they are opened with the same `channel.dir`. The clock says when names end. */
export function createMemoryTransports(ids: Ids, clock: Clock = { now: () => 0 }): MemoryTransports {
  const rooms = new Map<string, MemoryRoom>()
  return {
    async open(channel) {
      const room = rooms.get(channel.dir) ?? emptyRoom(ids.hex(8))
      rooms.set(channel.dir, room)
      return openRoom(room, channel, { ids, clock })
    },
  }
}

function openRoom(room: MemoryRoom, channel: Channel, { ids, clock }: { ids: Ids; clock: Clock }): MemoryTransport {
  const closing = new AbortController()
  const use = () => {
    if (closing.signal.aborted) throw new RallyError('CHANNEL_UNUSABLE', { dir: channel.dir, reason: 'it was closed' })
  }
  const hint = (store: ChangeHint['store']) => {
    room.writes += 1
    for (const watcher of room.watchers) queueMicrotask(() => watcher({ store }))
  }

  return {
    kind: 'memory',
    channel,
    supports: { persistent: false, shared: false, foreignWriters: false, presenceTtl: false, refusesReplays: false },
    log: createMemoryLog(room, { ids, use, hint }),
    sessions: {
      async put(presence) {
        use()
        const id = requireSafeId(presence.session_id, 'session id')
        const known = room.sessions.get(id)
        const cursor = known?.cursor ?? presence.cursor ?? { revision: 0, changes_offset: 0 }
        room.sessions.set(id, copy({ ...known, ...presence, cursor }))
        hint('sessions')
      },
      async amend(sessionId, keys) {
        use()
        const known = room.sessions.get(requireSafeId(sessionId, 'session id'))
        if (known === undefined) return false
        room.sessions.set(sessionId, copy({ ...known, ...keys }))
        hint('sessions')
        return true
      },
      async get(sessionId) {
        use()
        const known = room.sessions.get(requireSafeId(sessionId, 'session id'))
        return known === undefined ? undefined : copy(known)
      },
      async list() {
        use()
        return copy([...room.sessions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, presence]) => presence))
      },
      async remove(sessionId) {
        use()
        if (!room.sessions.delete(requireSafeId(sessionId, 'session id'))) return null
        hint('sessions')
        return `memory:sessions/${sessionId}`
      },
      async setCursor(sessionId, cursor) {
        use()
        const id = requireSafeId(sessionId, 'session id')
        room.sessions.set(id, copy({ ...(room.sessions.get(id) ?? readerStub(id, cursor)), cursor }))
        hint('sessions')
      },
    },
    heartbeats: {
      async append(heartbeat) {
        use()
        push(room.heartbeats, safeName(heartbeat.tool), heartbeat)
        hint('heartbeats')
      },
      async latest(tool, sessionId) {
        use()
        const lines = room.heartbeats.get(safeName(tool)) ?? []
        return copy(lines.filter((line) => line.session_id === sessionId))
      },
    },
    inbox: {
      async deliver(message) {
        use()
        push(room.boxes, safeName(message.to), message)
        hint('inbox')
        return `memory:inbox/${safeName(message.to)}`
      },
      async boxes() {
        use()
        return [...room.boxes.keys()].sort()
      },
      async read(box, after, limit = Number.POSITIVE_INFINITY) {
        use()
        const start = Math.max(0, after)
        const messages = (room.boxes.get(safeName(box)) ?? []).slice(start, start + limit)
        return copy(messages.map((message, index) => ({ ordinal: start + index + 1, message })))
      },
      async size(box) {
        use()
        const messages = room.boxes.get(safeName(box)) ?? []
        return { count: messages.length, lastTs: messages.findLast((message) => message !== null)?.ts ?? null }
      },
      async addressed(box, after) {
        use()
        return addressedIn(room.boxes.get(safeName(box)) ?? []).filter(({ ordinal }) => ordinal > after)
      },
      async cursor(tool, sessionId) {
        use()
        const cursor = room.acks.get(ackKey(tool, sessionId))
        return cursor === undefined ? undefined : copy(cursor)
      },
      async setCursor(tool, sessionId, cursor) {
        use()
        room.acks.set(ackKey(tool, sessionId), copy(cursor))
        hint('inbox')
        return `memory:inbox/.acks/${ackKey(tool, sessionId)}`
      },
    },
    leases: {
      async read(name) {
        use()
        const seat = room.leases.get(name)
        if (seat === undefined) return undefined
        return { value: copy(seat.value), version: String(seat.version), writtenAt: seat.writtenAt }
      },
      async compareAndSet(name, expected, next) {
        use()
        const seat = room.leases.get(name)
        if ((seat === undefined ? null : String(seat.version)) !== expected) return false
        if (next === null) room.leases.delete(name)
        // The count of all writes, so that a version never comes back after the seat was empty.
        else room.leases.set(name, { value: copy(next), version: room.writes + 1, writtenAt: clock.now() })
        hint('leases')
        return true
      },
    },
    names: createMemoryNames(room, { now: () => clock.now(), use }),
    receipts: {
      async put(report) {
        use()
        room.receipts.set(requireSafeId(report.machine, 'machine'), copy(report))
        hint('receipts')
      },
      async list() {
        use()
        return copy([...room.receipts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, report]) => report))
      },
      async remove(machine) {
        use()
        const removed = room.receipts.delete(requireSafeId(machine, 'machine'))
        if (removed) hint('receipts')
        return removed
      },
    },
    async watch(onHint, { signal }) {
      use()
      const stop = AbortSignal.any([signal, closing.signal])
      if (stop.aborted) return
      const watcher = (change: ChangeHint) => {
        if (!stop.aborted) onHint(change)
      }
      room.watchers.add(watcher)
      await new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }))
      room.watchers.delete(watcher)
    },
    async numbering() {
      use()
      return room.numbering
    },
    async close() {
      closing.abort()
    },
    plant: {
      record: (record) => {
        room.records.push(copy(record))
        hint('log')
      },
      presence: (key, presence) => {
        room.sessions.set(key, copy(presence) as Presence)
        hint('sessions')
      },
      heartbeat: (tool, line) => {
        push(room.heartbeats, safeName(tool), line as TaskHeartbeat)
        hint('heartbeats')
      },
      message: (box, message) => {
        push(room.boxes, safeName(box), message as InboxMessage | null)
        hint('inbox')
      },
      ack: (tool, sessionId, cursor) => {
        room.acks.set(ackKey(tool, sessionId), copy(cursor) as AckCursor)
        hint('inbox')
      },
      lease: (name, value) => {
        room.leases.set(name, { value: copy(value), version: room.writes + 1, writtenAt: clock.now() })
        hint('leases')
      },
    },
  }
}

function addressedIn(messages: readonly (InboxMessage | null)[]): AddressedEntry[] {
  return messages.flatMap((message, index) => {
    const sessionId = text(message?.to_session_id)
    return sessionId === undefined ? [] : [{ ordinal: index + 1, sessionId }]
  })
}

function ackKey(tool: string, sessionId: string): string {
  return `${safeName(tool)}/${safeName(sessionId)}`
}
