import type { StatusContext } from '../status/status-input.js'
import { type Addressed, address } from './address.js'
import type { FoundMessage } from './find-message.js'

/**
 * Who hears an answer: the session that wrote, also when it has ended since; of a message of no known session its tool. Who
 * answers a message of their own has something to add: it goes to those whom the message went to.
 */
export async function addressReply(
  ctx: StatusContext,
  { fromSessionId, from, toSessionId, box }: FoundMessage,
): Promise<Addressed> {
  const isOwn = fromSessionId !== undefined && fromSessionId === ctx.session?.sessionId
  const [session, tool] = isOwn ? [toSessionId, box] : [fromSessionId, from]
  const to = await address(ctx, session ?? tool, { unseen: true })
  return session !== undefined && to.toSessionId === undefined ? { ...to, to: tool } : to
}
