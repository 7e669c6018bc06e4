import { safeName } from '../../ids.js'
import type { AckCursor } from '../../model/ack-cursor.js'
import type { HeldName } from '../../model/held-name.js'
import type { Presence } from '../../model/presence.js'
import type { TellingRecord } from '../../model/telling.js'
import type { InboxEntry } from '../../ports/transport.js'
import { text } from '../../readers.js'
import { type LadderFacts, type Rung, rungOf } from '../../rules/inbox/ladder.js'
import { heldName, recipientsOf } from '../../rules/inbox/ladder-recipients.js'
import { BROADCAST } from '../../rules/inbox/make-message.js'
import { reportedByMessage } from '../../rules/inbox/reported.js'
import { type SentMessage, type SentState, sentMessages } from '../../rules/inbox/sent-messages.js'
import { handledAhead, handledCount } from '../../rules/inbox/unread.js'
import { listPeers } from '../../rules/presence/active-peers.js'
import { PERSON_TOOL, personName } from '../../rules/roster/person.js'
import { sessionNames, shownId } from '../../rules/roster/shown-names.js'
import type { RoomContext } from '../context.js'
import { readLifeTimes } from '../presence/life-times.js'

/** How far back a box is looked through for a message. */
const LOOKED_THROUGH = 5000

/** One recipient of a message and how far it got there. */
export interface LadderRow extends LadderFacts {
  readonly session_id: string
  readonly name: string
  readonly tool: string
  readonly rung: Rung
  /** How often it was told, one time for each context. */
  readonly told_times: number
  /** When its host was rung for this message; null when it was not. */
  readonly rung_at: number | null
  /** Number of the answer. */
  readonly answer: number | null
  /** The machine that it runs on, where that is another one. */
  readonly machine: string | null
  /** When that machine reported last; null where it did not, or runs here. */
  readonly reported_at: number | null
}

/** What the ladder is read from. */
export type LadderContext = Pick<RoomContext, 'transport' | 'clock' | 'doorbell' | 'activity' | 'hostProcess'>

/** A room's messages and everything that says how far they got. Read once for any number of messages. */
export interface Ladders {
  readonly state: SentState
  of(message: SentMessage): Promise<readonly LadderRow[]>
  /** What the sender is called. */
  senderOf(message: SentMessage): string
}

/** Reads what a room knows of its messages and their recipients. Reads; writes nothing. */
export async function readLadders(ctx: LadderContext): Promise<Ladders> {
  const { transport } = ctx
  const now = ctx.clock.now()
  const [state, sessions, held, reports] = await Promise.all([
    transport.log.project(sentMessages),
    transport.sessions.list(),
    transport.names.list(),
    transport.receipts.list(),
  ])
  const rings = (await ctx.doorbell?.rings()) ?? []
  const tellings = byMessage((await ctx.activity?.tellings()) ?? [])
  const reported = reportedByMessage(reports)
  const times = await readLifeTimes(transport.sessions, sessions, now)
  const live = new Set(
    listPeers(sessions, { now, ...times, hostProcess: ctx.hostProcess }).map(({ session_id }) => session_id),
  )
  const names = sessionNames(sessions)
  const boxes = new Map<string, Promise<BoxEnd>>()
  const cursors = new Map<string, Promise<AckCursor | undefined>>()
  const entriesOf = (box: string) => once(boxes, box, () => readEnd(ctx, box))
  const cursorOf = (tool: string, id: string) =>
    once(cursors, `${tool}\n${id}`, () => transport.inbox.cursor(safeName(tool), id))
  return {
    state,
    senderOf: ({ session_id: id, from }) =>
      id === null ? from : (names.get(id) ?? heldName(id, held) ?? personName(id) ?? `${from} ${shownId(id)}`),
    async of(message) {
      const tellingsOf = tellings.get(message.id) ?? []
      const reportsOf = reported.get(message.id) ?? []
      const known = recipientsOf(message, { sessions, held, tellings: tellingsOf, reports: reportsOf, state })
      const { entries, size } = await entriesOf(message.to)
      const entry = entries.findLast((one) => one.message?.id === message.id)
      return Promise.all(
        known.map(async ({ id, name, tool, presence }) => {
          const cursor = entry === undefined ? undefined : await cursorOf(tool, id)
          const source = message.to === BROADCAST && safeName(tool) !== BROADCAST ? 'broadcast' : 'direct'
          const ordinal = entry?.ordinal ?? 0
          const isAcked =
            entry !== undefined &&
            (ordinal <= handledCount(cursor, source, size) || handledAhead(cursor, source).includes(ordinal))
          const told = tellingsOf.filter((one) => one.session === id)
          const answer = answerOf(message, id, state)
          // A session of another machine: what is known of it there counts, as far as it was reported.
          const report = reportsOf.find(({ session_id }) => session_id === id)
          const facts = {
            told_at: told[0]?.at ?? report?.told_at ?? null,
            acked_at: (isAcked ? cursor?.acked_at : report?.acked_at) ?? null,
            answered_at: answer?.ts ?? report?.answered_at ?? null,
            gone_at:
              live.has(id) || tool === PERSON_TOOL
                ? null
                : (report ?? { gone_at: goneAt(id, { presence, held, ts: message.ts }) }).gone_at,
          }
          const ring = rings.findLast((one) => one.done && one.session === id && one.message === message.id)
          return {
            ...{ session_id: id, name, tool, rung: rungOf(facts), ...facts },
            rung_at: ring?.at ?? report?.rung_at ?? null,
            told_times: told.length > 0 ? told.length : (report?.told_times ?? 0),
            answer: answer?.number ?? null,
            machine:
              presence === undefined && told.length === 0
                ? (report?.machine ?? null)
                : (text(presence?.machine) ?? null),
            reported_at: report?.reported_at ?? null,
          }
        }),
      )
    },
  }
}

function answerOf(message: SentMessage, id: string, state: SentState): { ts: number; number: number } | undefined {
  return (
    state.messages.find(({ reply_to, session_id }) => reply_to === message.id && session_id === id) ??
    state.references.find(({ event_id, session_id }) => event_id === message.event_id && session_id === id)
  )
}

function goneAt(
  id: string,
  { presence, held, ts }: { presence: Presence | undefined; held: readonly HeldName[]; ts: number },
): number {
  const seen = Math.max(presence?.last_seen ?? 0, presence?.heartbeat_ts ?? 0)
  return held.find(({ session_id }) => session_id === id)?.ended_at ?? (seen > 0 ? seen : ts)
}

interface BoxEnd {
  readonly size: number
  readonly entries: readonly InboxEntry[]
}

async function readEnd({ transport: { inbox } }: LadderContext, box: string): Promise<BoxEnd> {
  const { count: size } = await inbox.size(box)
  return { size, entries: await inbox.read(box, Math.max(0, size - LOOKED_THROUGH)) }
}

function byMessage(tellings: readonly TellingRecord[]): ReadonlyMap<string, readonly TellingRecord[]> {
  const found = new Map<string, TellingRecord[]>()
  for (const telling of tellings)
    for (const id of telling.messages) {
      const known = found.get(id) ?? []
      found.set(id, known)
      known.push(telling)
    }
  return found
}

function once<Value>(known: Map<string, Promise<Value>>, key: string, make: () => Promise<Value>): Promise<Value> {
  const found = known.get(key) ?? make()
  known.set(key, found)
  return found
}
