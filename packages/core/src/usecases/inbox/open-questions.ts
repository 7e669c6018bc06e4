import type { SessionContext } from '../context.js'
import { type FoundMessage, fromMessage } from './find-message.js'
import { readInbox } from './read-inbox.js'

/** So many unread messages are looked through. */
const MOST = 200

/**
 * The messages that a session may mean by "reply" without saying to which: those that want an answer, or without any all that
 * are unread. Oldest first.
 */
export async function openQuestions(ctx: SessionContext): Promise<FoundMessage[]> {
  const { tool, sessionId } = ctx.session
  const { messages } = await readInbox(ctx, { tool, sessionId }, { limit: MOST })
  const open = messages
    .filter(({ message }) => message.from_session_id !== sessionId)
    .map(({ message, source }) => fromMessage(message, source === 'broadcast' ? 'all' : tool))
  const asked = open.filter(({ kind, requiresAck }) => kind === 'ask' || requiresAck)
  return asked.length > 0 ? asked : open
}
