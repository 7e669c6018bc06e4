import type { AckCursor } from '../model/ack-cursor.js'
import type { ChangeRecord } from '../model/change-record.js'
import type { HeldName } from '../model/held-name.js'
import type { MachineReceipts } from '../model/machine-receipts.js'
import type { InboxMessage } from '../model/message.js'
import type { Presence } from '../model/presence.js'
import type { HandoffRejection } from '../model/rejection.js'
import type { TaskHeartbeat } from '../model/task-heartbeat.js'
import type { ChangeHint } from '../ports/transport.js'

/** What the transports of one channel share. */
export interface MemoryRoom {
  readonly records: ChangeRecord[]
  readonly rejections: HandoffRejection[]
  readonly sessions: Map<string, Presence>
  readonly heartbeats: Map<string, TaskHeartbeat[]>
  readonly boxes: Map<string, (InboxMessage | null)[]>
  readonly acks: Map<string, AckCursor>
  readonly leases: Map<string, { value: unknown; version: number; writtenAt: number }>
  readonly names: Map<string, HeldName>
  readonly receipts: Map<string, MachineReceipts>
  readonly projections: Map<string, { version: number; done: number; state: string }>
  readonly watchers: Set<(hint: ChangeHint) => void>
  readonly numbering: string
  writes: number
}

/** A room that nothing was written to. */
export function emptyRoom(numbering: string): MemoryRoom {
  return {
    records: [],
    rejections: [],
    sessions: new Map(),
    heartbeats: new Map(),
    boxes: new Map(),
    acks: new Map(),
    leases: new Map(),
    names: new Map(),
    receipts: new Map(),
    projections: new Map(),
    watchers: new Set(),
    numbering,
    writes: 0,
  }
}

/** Adds to the list under a key. */
export function push<Item>(map: Map<string, Item[]>, key: string, item: Item): void {
  const items = map.get(key)
  if (items === undefined) map.set(key, [copy(item)])
  else items.push(copy(item))
}

/** Data goes in and out by value, as it does with a disk in between. */
export function copy<Value>(value: Value): Value {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as Value)
}
