import { type Rung, reaches } from '@rally/core/rules/inbox/ladder'
import type { RoomContext } from '@rally/core/usecases/context'
import { type Traced, traceMessage } from '@rally/core/usecases/inbox/read-sent'
import { pollUntil } from './poll-until.js'

export const WAITED_FOR = ['told', 'acked', 'answered'] as const

export interface RungWait {
  readonly messageId: string
  readonly wanted: Rung
  readonly timeoutSecs: number
}

/** Waits until one of its recipients got a message so far. Throws TIMED_OUT. */
export async function waitForRung(ctx: RoomContext, { messageId, wanted, timeoutSecs }: RungWait): Promise<Traced> {
  return pollUntil({
    clock: ctx.clock,
    timeoutSecs,
    what: `the message to be ${wanted === 'acked' ? 'acknowledged' : wanted}`,
    async look() {
      const traced = await traceMessage(ctx, messageId)
      return traced.recipients.some(({ rung }) => rung !== 'gone' && reaches(rung, wanted)) ? traced : undefined
    },
  })
}
