import type { Hearer } from '../../model/outputs/sent-message.js'
import type { WakeWord } from '../../model/ring.js'
import { text } from '../../readers.js'
import { ringRefusal } from '../../rules/ring/may-ring.js'
import type { SessionContext } from '../context.js'

/** Whether a session was rung; `why` it was not. */
export interface RingReceipt {
  readonly session_id: string
  readonly name: string
  readonly rung: boolean
  readonly why: string | null
}

export interface Ringing {
  readonly recipients: readonly Hearer[]
  /** What the configuration allows. */
  readonly wake: WakeWord
  /** Id of the message that is the reason. */
  readonly messageId?: string | undefined
}

/**
 * Rings the idle ones of those who are meant: a turn begins there, and its prompt tells what waits. Who works, has ended, runs
 * elsewhere or has a host without a doorbell is not rung; nor who was rung a moment ago. Throws what the transport throws.
 */
export async function ringSessions(ctx: SessionContext, ringing: Ringing): Promise<RingReceipt[]> {
  const receipts: RingReceipt[] = []
  for (const { session_id, name, tool, state } of ringing.recipients) {
    if (session_id === null || state === 'person') continue
    const why = await ringOne(ctx, { sessionId: session_id, tool }, ringing)
    receipts.push({ session_id, name: name ?? session_id, rung: why === undefined, why: why ?? null })
  }
  return receipts
}

async function ringOne(
  ctx: SessionContext,
  { sessionId, tool }: { sessionId: string; tool: string },
  { wake, messageId = null }: Omit<Ringing, 'messageId'> & { messageId?: string | null | undefined },
): Promise<string | undefined> {
  if (wake === 'never') return 'hooks.wake is never'
  const presence = await ctx.transport.sessions.get(sessionId)
  if (presence === undefined) return 'it is not running'
  if (text(presence.machine) !== undefined) return 'it runs on another machine'
  if (presence.phase !== 'idle') return 'it works, and hears it at its next tool call'
  const ring = (await ctx.hostWords?.())?.find(({ id }) => id === tool)?.ring
  if (ring === undefined || ctx.doorbell === undefined) return 'its host has no doorbell'
  const { doorbell } = ctx
  const now = ctx.clock.now()
  const wish = { now, by: ctx.session.sessionId, session: sessionId }
  const before = await doorbell.rings()
  const refusal = ringRefusal({ ...wish, rings: before })
  if (refusal !== undefined) return refusal
  const note = { at: now, session: sessionId, by: wish.by, message: messageId, done: false }
  await doorbell.note(note)
  // Whoever wrote first rings.
  const first = (await doorbell.rings()).slice(before.length).find((one) => one.session === sessionId)
  if (first !== undefined && (first.by !== wish.by || first.at !== now)) return 'another one rings it just now'
  const failure = await doorbell.ring({ sessionId, hostPid: presence.host_pid ?? null, ring })
  if (failure === undefined) await doorbell.note({ ...note, done: true })
  return failure
}
