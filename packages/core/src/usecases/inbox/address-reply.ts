import type { StatusContext } from '../status/status-input.js'
import { type Addressed, address } from './address.js'
import type { FoundMessage } from './find-message.js'

/** Who hears an answer: the session that wrote, also when it has ended since; of a message of no known session its tool. */
export async function addressReply(ctx: StatusContext, { fromSessionId, from }: FoundMessage): Promise<Addressed> {
  const to = await address(ctx, fromSessionId ?? from, { unseen: true })
  return fromSessionId !== undefined && to.toSessionId === undefined ? { ...to, to: from } : to
}
