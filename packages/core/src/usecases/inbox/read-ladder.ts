import { safeName } from '../../ids.js'
import type { AckCursor } from '../../model/ack-cursor.js'
import type { HeldName } from '../../model/held-name.js'
import type { Presence } from '../../model/presence.js'
import type { TellingRecord } from '../../model/telling.js'
import type { InboxEntry } from '../../ports/transport.js'
import { text } from '../../readers.js'
import { type LadderFacts, type Rung, rungOf } from '../../rules/inbox/ladder.js'
import { BROADCAST } from '../../rules/inbox/make-message.js'
import { type SentMessage, type SentState, sentMessages } from '../../rules/inbox/sent-messages.js'
import { handledAhead, handledCount } from '../../rules/inbox/unread.js'
import { listPeers } from '../../rules/presence/active-peers.js'
import { isPerson, PERSON_TOOL, personName } from '../../rules/roster/person.js'
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
  /** The machine that it runs on, where that is another one: what was told there is not known here. */
  readonly machine: string | null
}

/** A room's messages and everything that says how far they got. Read once for any number of messages. */
export interface Ladders {
  readonly state: SentState
  of(message: SentMessage): Promise<readonly LadderRow[]>
  /** What the sender is called. */
  senderOf(message: SentMessage): string
}

/** Reads what a room knows of its messages and their recipients. Reads; writes nothing. */
export async function readLadders(ctx: RoomContext): Promise<Ladders> {
  const { transport } = ctx
  const now = ctx.clock.now()
  const [state, sessions, held] = await Promise.all([
    transport.log.project(sentMessages),
    transport.sessions.list(),
    transport.names.list(),
  ])
  const rings = (await ctx.doorbell?.rings()) ?? []
  const tellings = (await ctx.activity?.tellings()) ?? []
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
      const known = recipientsOf(message, { sessions, held, tellings, state })
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
          const told = tellings.filter((one) => one.session === id && one.messages.includes(message.id))
          const answer = answerOf(message, id, state)
          const facts = {
            told_at: told[0]?.at ?? null,
            acked_at: isAcked ? (cursor?.acked_at ?? null) : null,
            answered_at: answer?.ts ?? null,
            gone_at: live.has(id) || tool === PERSON_TOOL ? null : goneAt(id, { presence, held, ts: message.ts }),
          }
          const machine = text(presence?.machine) ?? null
          const ring = rings.findLast((one) => one.done && one.session === id && one.message === message.id)
          const rung_at = ring?.at ?? null
          const row = {
            rung_at,
            session_id: id,
            name,
            tool,
            ...facts,
            told_times: told.length,
            answer: answer?.number ?? null,
          }
          return { ...row, rung: rungOf(facts), machine }
        }),
      )
    },
  }
}

interface Known {
  readonly sessions: readonly Presence[]
  readonly held: readonly HeldName[]
  readonly tellings: readonly TellingRecord[]
  readonly state: SentState
}

interface KnownRecipient {
  readonly id: string
  readonly name: string
  readonly tool: string
  readonly presence: Presence | undefined
}

/** Whom a message names, as far as they were ever here: the session alone, or those of its tool, or everybody but the sender. */
function recipientsOf(message: SentMessage, { sessions, held, tellings, state }: Known): KnownRecipient[] {
  const told = tellings.filter(({ messages }) => messages.includes(message.id))
  const names = sessionNames(sessions)
  const nameOf = (id: string) =>
    names.get(id) ??
    told.find(({ session }) => session === id)?.name ??
    heldName(id, held) ??
    personName(id) ??
    shownId(id)
  const answerers = state.messages.filter(({ reply_to }) => reply_to === message.id)
  const toolOf = (id: string) =>
    text(sessions.find(({ session_id }) => session_id === id)?.tool) ??
    told.find(({ session }) => session === id)?.tool ??
    answerers.find(({ session_id }) => session_id === id)?.from
  const row = (id: string): KnownRecipient => {
    const presence = sessions.find(({ session_id }) => session_id === id)
    const tool = presence?.tool === 'reader' ? message.to : (toolOf(id) ?? message.to)
    return { id, name: nameOf(id), tool, presence }
  }
  if (message.to_session_id !== null) return [row(message.to_session_id)]
  const isMeant = (tool: string) => message.to === BROADCAST || safeName(tool) === safeName(message.to)
  const ids = [
    ...sessions.filter((one) => isMeant(one.tool) && !isPerson(one) && one.tool !== 'reader' && wasThere(one, message)),
    ...told.map(({ session }) => ({ session_id: session })),
    ...answerers.flatMap(({ session_id }) => (session_id === null ? [] : [{ session_id }])),
  ].map(({ session_id }) => session_id)
  return [...new Set(ids)].filter((id) => id !== message.session_id).map(row)
}

/** A session that had fallen silent long before is not a recipient; one that began later is when it was told. */
function wasThere({ last_seen, heartbeat_ts }: Presence, { ts }: SentMessage): boolean {
  return Math.max(last_seen ?? 0, heartbeat_ts ?? 0) >= ts - 3600
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

function heldName(id: string, held: readonly HeldName[]): string | undefined {
  return held.find(({ session_id }) => session_id === id)?.name
}

interface BoxEnd {
  readonly size: number
  readonly entries: readonly InboxEntry[]
}

async function readEnd({ transport: { inbox } }: RoomContext, box: string): Promise<BoxEnd> {
  const { count: size } = await inbox.size(box)
  return { size, entries: await inbox.read(box, Math.max(0, size - LOOKED_THROUGH)) }
}

function once<Value>(known: Map<string, Promise<Value>>, key: string, make: () => Promise<Value>): Promise<Value> {
  const found = known.get(key) ?? make()
  known.set(key, found)
  return found
}
