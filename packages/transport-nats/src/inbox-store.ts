import type { AckCursor } from '@rally/core/model/ack-cursor'
import type { InboxMessage } from '@rally/core/model/message'
import type { InboxEntry, InboxStore } from '@rally/core/ports/transport'
import { packBody, unpackBody, withId } from './bodies.js'
import { compareAndStore } from './compare-and-store.js'
import type { Room, Slot } from './room.js'
import { createStreamReader, type StreamMessage, type StreamReader } from './stream-reader.js'
import { createTurns } from './turns.js'

interface Box {
  readonly reader: StreamReader
  /** Where an ordinal that was read stands in the stream, so that reading on starts there. */
  place: { readonly ordinal: number; readonly seq: number }
  newest: Slot | undefined
}

const BEGINNING = { ordinal: 0, seq: 0 }
/** So many messages are read and passed over rather than a place among them looked for. */
const NEAR = 20

/** A box is a subject; each message carries its ordinal, which the writer got by being the next one. */
export function createInboxStore(room: Room): InboxStore & { release(): void } {
  const { names, link } = room
  const { safeName } = link.api
  const stream = names.stream
  const boxes = new Map<string, Box>()
  const turns = createTurns()

  const boxOf = (name: string): Box => {
    const known = boxes.get(name)
    if (known !== undefined) return known
    const box: Box = {
      reader: createStreamReader(link, stream, names.box(name)),
      place: BEGINNING,
      newest: undefined,
    }
    boxes.set(name, box)
    return box
  }
  const ackSubject = (tool: string, sessionId: string) => names.key('state', 'ack', safeName(tool), sessionId)

  /** A place in the stream up to which no ordinal is greater than `after`: near it, so that a box is not read from its beginning. */
  async function placeBefore(box: Box, name: string, after: number): Promise<Box['place']> {
    const known = after >= box.place.ordinal ? box.place : BEGINNING
    if (after - known.ordinal <= NEAR) return known
    const newest = await room.newest(stream, names.box(name))
    const ahead = ordinalOf(newest) - after
    if (newest === undefined || ahead <= 0) return newest === undefined ? known : { ordinal: after, seq: newest.seq }
    // Between two messages of a box others may stand: further back each time until one that is not too new is found.
    for (let back = 2 * ahead + NEAR; newest.seq - back > known.seq; back *= 4) {
      const [first] = (await box.reader.readAfter(newest.seq - back, 1)).messages
      const ordinal = first === undefined ? undefined : toEntry(first)?.ordinal
      if (first === undefined || ordinal === undefined) continue
      if (ordinal <= after) return { ordinal, seq: first.seq }
      if (ordinal === after + 1) return { ordinal: after, seq: first.seq - 1 }
    }
    return known
  }

  async function read(name: string, after: number, limit = Number.POSITIVE_INFINITY): Promise<InboxEntry[]> {
    const box = boxOf(safeName(name))
    const entries: InboxEntry[] = []
    let { seq } = await placeBefore(box, safeName(name), after)
    for (;;) {
      const page = await box.reader.readAfter(seq, 1_000)
      for (const message of page.messages) {
        seq = message.seq
        const entry = toEntry(message)
        if (entry === undefined) continue
        box.place = { ordinal: entry.ordinal, seq }
        if (entry.ordinal > after) entries.push(entry)
        if (entries.length >= limit) return entries
      }
      if (!page.more) return entries
    }
  }

  return {
    deliver(message) {
      const name = safeName(message.to)
      const box = boxOf(name)
      const subject = names.box(name)
      const id = originId(message)
      return turns(name, async () => {
        let ordinal = 0
        const next = (known: Slot | undefined) => {
          ordinal = ordinalOf(known) + 1
          const body = packBody({ ordinal, message })
          return id === undefined ? body : withId(body, `${name}/${id}`)
        }
        const newest = box.newest
        box.newest = undefined
        const { stored } = await compareAndStore(room, { what: 'a message', stream, subject }, next, newest)
        // One that the server knew already was stored under another ordinal.
        if (stored !== undefined && id === undefined) box.newest = { seq: stored, subject, value: { ordinal } }
        return subject
      })
    },
    async boxes() {
      return (await createStreamReader(link, stream, names.boxes).readLastPerSubject())
        .map(({ subject }) => names.boxOf(subject))
        .filter((name) => name !== undefined)
        .sort()
    },
    read,
    async size(name) {
      const newest = await room.newest(stream, names.box(safeName(name)))
      return { count: ordinalOf(newest), lastTs: messageOf(newest?.value)?.ts ?? null }
    },
    async addressed(name, after) {
      return (await read(name, after)).flatMap(({ ordinal, message }) => {
        const sessionId = message?.to_session_id
        return typeof sessionId === 'string' && sessionId !== '' ? [{ ordinal, sessionId }] : []
      })
    },
    async cursor(tool, sessionId) {
      const slot = await room.newest(names.bucketStream('state'), ackSubject(tool, sessionId))
      return slot?.value === undefined ? undefined : (slot.value as AckCursor)
    },
    async setCursor(tool, sessionId, cursor) {
      const subject = ackSubject(tool, sessionId)
      const target = {
        what: 'an acknowledgement',
        bucket: 'state' as const,
        stream: names.bucketStream('state'),
        subject,
      }
      await turns(subject, () => compareAndStore(room, target, () => packBody(cursor)))
      return subject
    },
    release() {
      for (const { reader } of boxes.values()) reader.release()
    },
  }
}

/** A relayed message is the same one however often it is sent. */
function originId({ rally_origin: origin }: InboxMessage): string | undefined {
  return origin === undefined ? undefined : `${origin.machine}/${origin.epoch}/${origin.position}`
}

function ordinalOf(slot: Slot | undefined): number {
  const ordinal = slot?.value?.ordinal
  return typeof ordinal === 'number' ? ordinal : 0
}

function toEntry({ message }: StreamMessage): InboxEntry | undefined {
  const body = unpackBody(message.data, message.headers)
  if (typeof body?.ordinal !== 'number') return undefined
  return { ordinal: body.ordinal, message: messageOf(body) ?? null }
}

function messageOf(body: Record<string, unknown> | undefined): InboxMessage | undefined {
  const message = body?.message
  return typeof message === 'object' && message !== null ? (message as InboxMessage) : undefined
}
