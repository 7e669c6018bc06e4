import { num, obj, str, text } from '../readers.js'
import { eventIdOfMessage } from '../rules/inbox/message-ids.js'
import { handledAhead, handledCount } from '../rules/inbox/unread.js'
import type { BoxTold } from './told.js'

/** So many messages at most are kept for later; with more, the older ones are left to `rally inbox read`. */
export const MOST_WAITING = 20

/** One line of a box. */
export interface BoxEntry {
  readonly line: number
  /** Byte offset behind the line. */
  readonly end: number
  /** The stored message of any shape; null for a line that cannot be read. */
  readonly message: { readonly [key: string]: unknown } | null
}

/** What was read of a box after `told.offset` (or after `told.seen`, when only urgent messages are asked for). */
export interface BoxPage {
  readonly box: string
  readonly source: 'direct' | 'broadcast'
  readonly told: BoxTold
  readonly entries: readonly BoxEntry[]
  /** The session's ack cursor of any shape. */
  readonly ack: unknown
}

/** A message to offer. */
export interface Pending {
  readonly box: string
  readonly line: number
  readonly message: { readonly [key: string]: unknown }
  readonly urgent: boolean
  readonly ts: number
  /** Its number in the room, and that of the message which it answers, where they are known. */
  readonly number?: number | undefined
  readonly answers?: number | undefined
}

/** Messages that a session has not been told. */
export interface PendingMessages {
  /** Urgent ones first, then by time. */
  readonly pending: readonly Pending[]
  /** Older ones that are passed over: they are only counted. */
  readonly passed: readonly Pending[]
}

/** Who hears: one session, in one context. */
export interface Listener {
  readonly sessionId: string
  /** Messages from before (epoch seconds) are not offered; 0 for all. */
  readonly since: number
}

/** Whether a message that waits is not kept for the next prompt of a subagent's parent: urgent, or for this session alone. */
export function isPressing(message: BoxEntry['message'], sessionId: string): boolean {
  return message !== null && (isUrgent(message) || addressee(message) === sessionId)
}

/** The same with their numbers, known by the event id of a message's record. */
export function withNumbers(
  { pending, passed }: PendingMessages,
  numbers: ReadonlyMap<string, number>,
): PendingMessages {
  const numberOf = (id: unknown) => numbers.get(eventIdOfMessage(str(id)) ?? '')
  const named = pending.map((entry) => {
    return { ...entry, number: numberOf(entry.message.id), answers: numberOf(entry.message.reply_to) }
  })
  return { pending: named, passed }
}

/** The only session that a message is for; undefined when it is for all of its box. */
export function addressee(message: { readonly [key: string]: unknown }): string | undefined {
  return text(message.to_session_id)
}

/** Messages that a sender marked urgent, and escalations: they are offered before an edit, not only at the next prompt. */
export function isUrgent(message: { readonly [key: string]: unknown }): boolean {
  const payload = obj(message.payload)
  if (message.urgent === true || payload.urgent === true || message.kind === 'escalation') return true
  const words = [message.priority, payload.priority, payload.severity].map((word) => str(word).toLowerCase())
  return words.some((word) => word === 'urgent' || word === 'critical')
}

/** What of these pages is news for a session: not its own, not handled, not offered ahead of its turn. */
export function pendingMessages(pages: readonly BoxPage[], listener: Listener): PendingMessages {
  const all: Pending[] = []
  for (const page of pages) {
    for (const { line, message } of page.entries) {
      if (message === null || needsNoOffer(page, line, message, listener)) continue
      all.push({ box: page.box, line, message, urgent: isUrgent(message), ts: num(message.ts) ?? 0 })
    }
  }
  all.sort((a, b) => Number(b.urgent) - Number(a.urgent) || a.ts - b.ts)
  const urgent = all.filter((entry) => entry.urgent)
  const others = all.filter((entry) => !entry.urgent)
  const kept = Math.max(0, MOST_WAITING - urgent.length)
  const cut = Math.max(0, others.length - kept)
  return { pending: [...urgent, ...others.slice(cut)], passed: others.slice(0, cut) }
}

function needsNoOffer(
  page: BoxPage,
  line: number,
  message: { readonly [key: string]: unknown },
  { sessionId, since }: Listener,
): boolean {
  if (message.from_session_id === sessionId || page.told.ahead.includes(line)) return true
  if ((addressee(message) ?? sessionId) !== sessionId || (num(message.ts) ?? 0) < since) return true
  if (page.told.counted)
    return (
      line <= handledCount(page.ack, page.source, page.entries.at(-1)?.line ?? 0) ||
      handledAhead(page.ack, page.source).includes(line)
    )
  const handledTs = num(obj(obj(page.ack)[page.source]).last_message_ts)
  return handledTs !== undefined && (num(message.ts) ?? Number.POSITIVE_INFINITY) <= handledTs
}

/**
 * The state of a box after `offered` was written (entries that were shown or passed over). The offset moves up to the first
 * message that still waits.
 */
export function advanceBox(page: BoxPage, offered: readonly Pending[], listener: Listener): BoxTold {
  const done = new Set(offered.filter((entry) => entry.box === page.box).map((entry) => entry.line))
  const isDone = ({ line, message }: BoxEntry): boolean =>
    message === null || done.has(line) || needsNoOffer(page, line, message, listener)
  let { offset, line } = page.told
  const fromOffset = page.entries[0] === undefined || page.entries[0].line === line + 1
  const waiting = page.entries.findIndex((entry) => !isDone(entry))
  const settled = !fromOffset ? [] : waiting === -1 ? page.entries : page.entries.slice(0, waiting)
  offset = settled.at(-1)?.end ?? offset
  line = settled.at(-1)?.line ?? line
  const behind = page.entries.filter((entry) => entry.line > line && done.has(entry.line)).map((entry) => entry.line)
  const ahead = [...page.told.ahead, ...behind].filter((item) => item > line)
  const urgentWaits = page.entries.some((entry) => !isDone(entry) && isPressing(entry.message, listener.sessionId))
  const last = page.entries.at(-1)
  const seen = urgentWaits ? offset : Math.max(offset, page.told.seen, last?.end ?? 0)
  const seenLine = urgentWaits ? line : Math.max(line, page.told.seenLine, last?.line ?? 0)
  return { offset, line, counted: page.told.counted, ahead: [...new Set(ahead)], seen, seenLine }
}
