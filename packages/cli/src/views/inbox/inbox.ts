import { type JsonObject, obj, str } from '@rally/core/readers'
import { cleanLine, cleanText } from '@rally/core/rules/text/peer-text'
import type { InboxReading, ReadMessage } from '@rally/core/usecases/inbox/read-inbox'
import type { Terminal } from '../../terminal.js'
import { describeAge } from '../log/changes.js'
import { plural } from '../text/lines.js'

/** Messages in full: a line that says who, when and what kind, then the text, marked as somebody else's on every line. */
export function renderInbox(reading: InboxReading, screen: Terminal & { readonly now: number }): string {
  const { messages, omitted, unread } = reading
  const blocks = messages.map((message) => renderMessage(message, screen))
  const left = omitted > 0 ? [`${plural(omitted, 'message')} not shown: --limit, or lines that hold no message`] : []
  const end = unread.total > 0 ? [screen.style.dim('rally ack-inbox marks all of them as handled')] : []
  if (messages.length === 0 && left.length === 0) return 'no unread messages'
  return [...blocks, ...left, ...end].join('\n')
}

function renderMessage({ message, source, unread }: ReadMessage, { style, now }: Terminal & { now: number }): string {
  const facts = [
    `from ${style.bold(cleanLine(str(message.from)) || 'unknown')}`,
    describeAge(message.ts, now),
    cleanLine(str(message.kind)) || 'message',
    ...(source === 'broadcast' ? ['to everybody'] : []),
    ...(message.requires_ack === true ? ['wants an answer'] : []),
    ...(unread ? [] : ['handled']),
  ]
  return [facts.join(' · '), ...bodyOf(message).map((line) => `  | ${line}`)].join('\n')
}

/** The text of a message where it has one, and whatever else it carries. */
function bodyOf(message: JsonObject): string[] {
  const payload = obj(message.payload)
  const texts = ['subject', 'summary', 'message', 'text', 'reason'].filter((key) => str(payload[key]).trim() !== '')
  const rest = Object.entries(payload).filter(([key]) => !texts.includes(key))
  return [
    ...new Set(texts.flatMap((key) => cleanText(str(payload[key])).trim().split('\n'))),
    ...rest.map(
      ([key, value]) => `${cleanLine(key)}: ${cleanLine(typeof value === 'string' ? value : JSON.stringify(value))}`,
    ),
  ]
}
