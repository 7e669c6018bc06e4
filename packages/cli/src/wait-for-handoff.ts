import { RallyError } from '@rally/core/errors'
import { type Handoff, stateOf } from '@rally/core/rules/handoff/handoff-states'
import type { RoomContext } from '@rally/core/usecases/context'
import { findHandoff } from '@rally/core/usecases/handoff/list-handoffs'
import type { Traced } from '@rally/core/usecases/inbox/read-sent'
import type { Sent } from '@rally/core/usecases/inbox/send-message'
import { orTimedOut, pollUntil } from './poll-until.js'
import { waitForRung } from './wait-for-rung.js'

/** How far a handoff is waited for. */
export const HANDOFF_WAITS = ['told', 'accepted', 'done'] as const

/** What happened in time. */
export interface HandoffWaited {
  readonly traced?: Traced | undefined
  readonly handoff?: Handoff | undefined
  /** TIMED_OUT, or HANDOFF_DECLINED. */
  readonly error?: RallyError | undefined
}

/** Waits until a handoff was told to somebody, accepted, or is done. One that is declined or done ends every wait. */
export async function waitForHandoff(
  ctx: RoomContext,
  { messageId, eventId, revision }: Sent,
  { wanted, timeoutSecs }: { wanted: (typeof HANDOFF_WAITS)[number]; timeoutSecs: number },
): Promise<HandoffWaited> {
  if (wanted === 'told') {
    const { found, timedOut } = await orTimedOut(waitForRung(ctx, { messageId, wanted, timeoutSecs }))
    return { traced: found, error: timedOut }
  }
  const ends = wanted === 'accepted' ? ['accepted', 'declined', 'done'] : ['declined', 'done']
  const { found, timedOut } = await orTimedOut(
    pollUntil({
      clock: ctx.clock,
      timeoutSecs,
      what: `the handoff ${revision ?? ''} to be ${wanted}`,
      async look() {
        const handoff = await findHandoff(ctx, eventId ?? String(revision))
        return ends.includes(stateOf(handoff)) ? handoff : undefined
      },
    }),
  )
  if (found === undefined || stateOf(found) !== 'declined') return { handoff: found, error: timedOut }
  const reason = found.steps.at(-1)?.text
  return { handoff: found, error: new RallyError('HANDOFF_DECLINED', { handoff: `#${found.number}`, reason }) }
}
