import { RallyError } from '../../errors.js'
import type { Appended } from '../../ports/transport.js'
import type { SessionContext } from '../context.js'
import { draftRecord } from '../log/draft-record.js'
import { findRecord, parseReference } from '../log/find-record.js'

/**
 * Ends a standby: it comes due no more. `standby` is the event id (or revision) that `wake-due` names.
 * Throws NOT_FOUND when this room has no such standby.
 */
export async function wake(ctx: SessionContext, standby: string): Promise<Appended & { readonly standby: string }> {
  const target = await findRecord(ctx, parseReference(standby), ({ kind }) => kind === 'standby')
  if (target?.event_id === undefined) {
    throw new RallyError('NOT_FOUND', { what: 'standby', value: standby, hint: 'rally wake-due lists what is due' })
  }
  const payload = {
    session_id: ctx.session.sessionId,
    ref: target.event_id,
    ref_standby: target.event_id,
    subject: 'agent wake',
  }
  const appended = await ctx.transport.log.append(await draftRecord(ctx, ctx.session, { kind: 'wake', payload }))
  return { ...appended, standby: target.event_id }
}
