import { RallyError } from '@rally/core/errors'
import { type Rung, reaches } from '@rally/core/rules/inbox/ladder'
import type { RoomContext } from '@rally/core/usecases/context'
import { type Traced, traceMessage } from '@rally/core/usecases/inbox/read-sent'
import { wait } from './streaming.js'

export const WAITED_FOR = ['told', 'acked', 'answered'] as const

const POLL_SECS = 0.4

export interface RungWait {
  readonly messageId: string
  readonly wanted: Rung
  readonly timeoutSecs: number
  readonly signal: AbortSignal
}

/** Waits until one of its recipients got a message so far. Throws TIMED_OUT. */
export async function waitForRung(
  ctx: RoomContext,
  { messageId, wanted, timeoutSecs, signal }: RungWait,
): Promise<Traced> {
  const started = ctx.clock.now()
  for (;;) {
    const traced = await traceMessage(ctx, messageId)
    if (traced.recipients.some(({ rung }) => rung !== 'gone' && reaches(rung, wanted))) return traced
    const left = timeoutSecs - (ctx.clock.now() - started)
    if (left <= 0 || signal.aborted) {
      const what = `message ${traced.message.number} to be ${wanted === 'acked' ? 'acknowledged' : wanted}`
      throw new RallyError('TIMED_OUT', { seconds: timeoutSecs, what, message_id: messageId })
    }
    await wait(Math.min(POLL_SECS, left), signal)
  }
}
