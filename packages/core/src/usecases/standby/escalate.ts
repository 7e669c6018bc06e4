import { RallyError } from '../../errors.js'
import type { Appended } from '../../ports/transport.js'
import type { SessionContext } from '../context.js'
import { draftRecord } from '../log/draft-record.js'
import { findRecord, parseReference } from '../log/find-record.js'

export const DEFAULT_NEEDS = 'lead-or-user-attention'

/** What is the matter and whose attention it needs, or the decision on an earlier one. */
export interface Escalation {
  readonly reason: string
  readonly needs?: string | undefined
  /** Revision or event id of the escalation that this one closes. */
  readonly acknowledges?: string | undefined
}

/** The record of an escalation, and the one that it closes. */
export interface Escalated extends Appended {
  /** The closed escalation. */
  readonly acknowledged: { readonly revision: number | null; readonly eventId: string | null } | null
}

/**
 * Blocks the room until somebody acknowledges (protocol section 7.1), or acknowledges an earlier escalation.
 * Throws NOT_FOUND when what it acknowledges is no escalation of this room, USAGE for a question without words.
 */
export async function escalate(ctx: SessionContext, input: Escalation): Promise<Escalated> {
  if (input.acknowledges === undefined && input.reason.trim() === '') {
    throw new RallyError('USAGE', { message: 'there is nothing to ask', hint: 'give the text' })
  }
  const acknowledged = input.acknowledges === undefined ? null : await findEscalation(ctx, input.acknowledges)
  const payload = {
    session_id: ctx.session.sessionId,
    reason: input.reason,
    ...(acknowledged === null
      ? { needs: input.needs || DEFAULT_NEEDS }
      : { acknowledges: acknowledged.revision, acknowledges_event_id: acknowledged.eventId }),
  }
  const appended = await ctx.transport.log.append(await draftRecord(ctx, ctx.session, { kind: 'escalation', payload }))
  return { ...appended, acknowledged }
}

async function findEscalation(ctx: SessionContext, reference: string): Promise<NonNullable<Escalated['acknowledged']>> {
  const target = await findRecord(ctx, parseReference(reference), ({ kind }) => kind === 'escalation')
  if (target === undefined) {
    const hint = 'rally status shows open escalations with their revisions'
    throw new RallyError('NOT_FOUND', { what: 'escalation', value: reference, hint })
  }
  return { revision: target.revision, eventId: target.event_id ?? null }
}
