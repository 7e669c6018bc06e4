import { RallyError } from '@rally/core/errors'
import { obj, str } from '@rally/core/readers'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { SessionContext } from '@rally/core/usecases/context'
import type { NotHolder } from '@rally/core/usecases/lead/lead-seat'
import { writeStderr } from '../../output.js'
import { localTimeOf } from '../text/clock-time.js'

/** The line on stderr that a change of the seat leaves, as the existing system writes it (protocol section 9). */
export function auditSeatChange(ctx: SessionContext, kind: string): void {
  const { tool, runId, sessionId } = ctx.session
  const line = `[rally-point audit] ${kind} tool=${tool} run_id=${runId} session_id=${sessionId}`
  writeStderr(`${cleanLine(line)}\n`)
}

/** Until when the lease runs, for people. */
export function leaseEnd(lease: unknown): string {
  return localTimeOf(str(obj(obj(lease).lead).lease_until, 'unknown'))
}

const WORDS: Readonly<Record<NotHolder, string>> = { no_lead: 'nobody holds it', not_lead: 'another session does' }

/** Refuses a verb of the holder to somebody else. */
export function notHeld(reason: NotHolder, lease: unknown): RallyError {
  const holder = str(obj(obj(lease).lead).session_id)
  return new RallyError('LEASE_NOT_HELD', {
    reason: WORDS[reason],
    code: reason,
    holder: holder === '' ? null : holder,
  })
}
