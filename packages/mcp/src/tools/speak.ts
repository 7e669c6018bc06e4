import type { SessionContext } from '@rally/core/usecases/context'
import type { Addressed } from '@rally/core/usecases/inbox/address'
import type { FoundMessage } from '@rally/core/usecases/inbox/find-message'
import type { ToolCall } from '../tool.js'

export interface Speech {
  readonly to: Addressed
  readonly text: string
  readonly asks?: boolean
  readonly replyTo?: FoundMessage
}

/** Sends a text, rings who is meant where that is wished, and says who hears it and when. */
export async function speak(
  call: ToolCall,
  ctx: SessionContext,
  { to, text, asks = false, replyTo }: Speech,
): Promise<string> {
  const { room, args } = call
  const urgent = args.flag('urgent')
  const sent = await room.say(ctx, { to, text, asks, urgent, replyTo })
  if (sent.failure !== undefined) throw sent.failure
  const rings = await room.wake(ctx, { to, messageId: sent.messageId, asked: args.flag('wake'), asks, urgent })
  const rung = new Set(rings?.filter((ring) => ring.rung).map((ring) => ring.session_id))
  const hearers = to.recipients.map((one) =>
    one.session_id !== null && rung.has(one.session_id) ? { ...one, hears: 'rung' as const } : one,
  )
  const number = sent.revision === null ? 'sent' : `#${sent.revision}`
  const line = `${number} to ${room.texts.line(to.name)}${room.texts.hearers(hearers)}`
  const refused = rings?.filter((ring) => !ring.rung) ?? []
  return [line, ...(refused.length > 0 ? [room.texts.rings(refused)] : [])].join('\n')
}
