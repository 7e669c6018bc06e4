import type { InboxReadOutput } from '@rally/core/model/outputs/inbox-read'
import { type JsonObject, obj, str } from '@rally/core/readers'
import { senderName } from '@rally/core/rules/inbox/sender-name'
import { cleanLine, cleanText } from '@rally/core/rules/text/peer-text'
import type { InboxReading, ReadMessage } from '@rally/core/usecases/inbox/read-inbox'
import type { SessionCandidate } from '@rally/core/usecases/status/status-input'
import type { Terminal } from '../../terminal.js'
import { describeAge } from '../log/changes.js'
import { plural } from '../text/lines.js'
import { candidatesJson, oneOf, who } from '../text/who.js'

export interface InboxScreen extends Terminal {
  readonly now: number
  /** Ids beside names. */
  readonly ids?: boolean
  /** Where several sessions may be asking. */
  readonly candidates?: readonly SessionCandidate[]
  /** Acknowledged ones were asked for, too. */
  readonly all?: boolean
  /** Numbers of messages by their ids. */
  readonly numbers?: ReadonlyMap<string, number>
}

export function toJson(
  { messages, omitted, unread }: InboxReading,
  { app, tool, candidates = [], numbers }: { app: string; tool: string } & Pick<InboxScreen, 'candidates' | 'numbers'>,
): InboxReadOutput {
  return {
    app_slug: app,
    tool,
    session_candidates: candidatesJson(candidates),
    messages: messages.map(({ message, ...found }) => ({
      ...message,
      ...found,
      number: numbers?.get(str(message.id)) ?? null,
    })),
    omitted_count: omitted,
    direct_unread_count: unread.direct,
    broadcast_unread_count: unread.broadcast,
    unread_count: unread.total,
  }
}

/** Messages in full: a line that says who, when and what kind, then the text, marked as somebody else's on every line. */
export function renderInbox(reading: InboxReading, screen: InboxScreen): string {
  const { messages, omitted, unread } = reading
  const { candidates = [] } = screen
  const you = candidates.length === 0 ? [] : [`you: ${oneOf(candidates)}`]
  const blocks = messages.map((message) => renderMessage(message, screen))
  const left = omitted > 0 ? [`${plural(omitted, 'message')} not shown: --limit, or lines that hold no message`] : []
  const end = unread.total > 0 ? [screen.style.dim('rally ack-inbox acknowledges all of them')] : []
  if (messages.length === 0 && left.length === 0)
    return [...you, screen.all === true ? 'no messages' : 'no unread messages'].join('\n')
  return [...you, ...blocks, ...left, ...end].join('\n')
}

function renderMessage({ message, source, unread }: ReadMessage, { style, now, ids, numbers }: InboxScreen): string {
  const number = numbers?.get(str(message.id))
  const facts = [
    `${number === undefined ? '' : `#${number} `}from ${style.bold(senderOf(message, ids))}`,
    describeAge(message.ts, now),
    cleanLine(str(message.kind)) || 'message',
    ...(source === 'broadcast' ? ['to everybody'] : []),
    ...(message.requires_ack === true ? ['wants an answer'] : []),
    ...(unread ? [] : ['acknowledged']),
  ]
  return [facts.join(' · '), ...bodyOf(message).map((line) => `  | ${line}`)].join('\n')
}

/** Whoever wrote: the session's name, the person, or else the tool. */
function senderOf(message: JsonObject, ids: boolean | undefined): string {
  const name = senderName(message) ?? (cleanLine(str(message.from)) || 'unknown')
  return who({ name, session_id: str(message.from_session_id) || null }, ids)
}

/** What the first line says, or only programs need. */
const BOOKKEEPING = new Set(['session_id', 'to', 'to_session_id', 'handoff', 'ref', 'urgent'])

/** The text of a message where it has one, and whatever else it carries. */
function bodyOf(message: JsonObject): string[] {
  const payload = obj(message.payload)
  const texts = ['subject', 'summary', 'message', 'text', 'reason'].filter((key) => str(payload[key]).trim() !== '')
  const rest = Object.entries(payload).filter(([key]) => !texts.includes(key) && !BOOKKEEPING.has(key))
  return [
    ...new Set(texts.flatMap((key) => cleanText(str(payload[key])).trim().split('\n'))),
    ...rest.map(
      ([key, value]) => `${cleanLine(key)}: ${cleanLine(typeof value === 'string' ? value : JSON.stringify(value))}`,
    ),
  ]
}
