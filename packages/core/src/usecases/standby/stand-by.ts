import { RallyError } from '../../errors.js'
import type { Appended } from '../../ports/transport.js'
import { parseWakeAfter } from '../../rules/standby/parse-wake-after.js'
import { formatIsoSeconds } from '../../rules/text/iso-time.js'
import type { SessionContext } from '../context.js'
import { draftRecord } from '../log/draft-record.js'

/** Why a session waits, and until when. */
export interface StandbyInput {
  readonly reason: string
  /** `+30m`, `+2h`, `+1d` from now, or an ISO time. */
  readonly wakeAfter: string
  readonly step?: string | undefined
  readonly parentStep?: string | undefined
}

/** The record that says so, and when the session wants to be woken. */
export interface StoodBy extends Appended {
  /** ISO time, as it is stored. */
  readonly wakeAfter: string
}

/**
 * Leaves word that this session waits and when it wants to be woken. A relative time is stored as the instant it means,
 * so that every reader finds it due. Throws USAGE for text that names no time.
 */
export async function standBy(ctx: SessionContext, input: StandbyInput): Promise<StoodBy> {
  const asked = input.wakeAfter.trim()
  const due = parseWakeAfter(asked, ctx.clock.now())
  if (due === undefined) {
    throw new RallyError('USAGE', {
      message: `${JSON.stringify(asked.slice(0, 80))} names no time`,
      hint: 'give --wake-after +30m, +2h, +1d or a time such as 2030-01-31T09:00:00Z',
    })
  }
  const wakeAfter = asked.startsWith('+') ? formatIsoSeconds(due) : asked
  const payload = {
    session_id: ctx.session.sessionId,
    owner: ctx.session.tool,
    reason: input.reason,
    wake_after: wakeAfter,
    subject: 'agent standby',
    ...(input.step === undefined ? {} : { step: input.step }),
    ...(input.parentStep === undefined ? {} : { parent_step: input.parentStep }),
  }
  const appended = await ctx.transport.log.append(await draftRecord(ctx, ctx.session, { kind: 'standby', payload }))
  return { ...appended, wakeAfter }
}
