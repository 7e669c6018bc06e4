import { RallyError } from '../../errors.js'
import type { SessionContext } from '../context.js'
import { ackMessage } from './ack-message.js'
import type { Addressed } from './address.js'
import type { FoundMessage } from './find-message.js'
import type { Sent } from './send-message.js'
import { writeInbox } from './write-inbox.js'

export interface Saying {
  readonly to: Pick<Addressed, 'to' | 'toSessionId'>
  readonly text: string
  /** Heard before everything else that waits. */
  readonly urgent?: boolean | undefined
  /** An answer is wanted: open until it is replied to or acknowledged. */
  readonly asks?: boolean | undefined
  /** The message that this one answers. */
  readonly replyTo?: FoundMessage | undefined
  /** The id of an earlier, half-stored try. */
  readonly messageId?: string | undefined
}

/**
 * Says something to a session, a tool, a person or everybody. An answer acknowledges what it answers in the same step.
 * Throws USAGE for an empty text, and what `sendMessage` throws.
 */
export async function say(ctx: SessionContext, { to, text, urgent, asks, replyTo, messageId }: Saying): Promise<Sent> {
  if (text.trim() === '') throw new RallyError('USAGE', { message: 'there is nothing to say', hint: 'give the text' })
  const sent = await writeInbox(ctx, {
    to: to.to,
    toSessionId: to.toSessionId,
    kind: asks ? 'ask' : replyTo === undefined ? 'message' : 'reply',
    payload: { message: text, ...(urgent ? { urgent: true } : {}) },
    requiresAck: asks ?? false,
    replyTo: replyTo?.id,
    messageId,
  })
  if (replyTo !== undefined && sent.stored.inbox) await ackMessage(ctx, replyTo)
  return sent
}
