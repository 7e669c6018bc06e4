import type { InboxEntry } from '../../ports/transport.js'
import { orderingTime } from './message-order.js'
import { type MessageSummary, summarizeMessage } from './summarize-message.js'

const SHOWN = 3

/** The newest three of the unread entries, oldest first: by time, then in order of reading (direct before broadcast). */
export function latestMessages(
  direct: readonly InboxEntry[],
  broadcast: readonly InboxEntry[],
  { now }: { readonly now: number },
): MessageSummary[] {
  const rows = [...direct.map(summary('direct')), ...broadcast.map(summary('broadcast'))].filter((row) => row !== null)
  return rows.sort((a, b) => orderingTime(a.ts, now) - orderingTime(b.ts, now)).slice(-SHOWN)
}

function summary(source: MessageSummary['source']): (entry: InboxEntry) => MessageSummary | null {
  return ({ message }) => (message === null ? null : summarizeMessage(message, source))
}
