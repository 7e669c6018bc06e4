import { RallyError } from '../../errors.js'
import { type Handoff, handoffStates, stateOf } from '../../rules/handoff/handoff-states.js'
import { isForTool } from '../../rules/inbox/make-message.js'
import { isPerson } from '../../rules/roster/person.js'
import type { RoomContext, SessionContext } from '../context.js'
import { parseReference } from '../log/find-record.js'

/** Handoffs of a room, oldest first: those that are open or accepted, or with `all` every one that is remembered. */
export async function listHandoffs(ctx: RoomContext, options: { all?: boolean | undefined } = {}): Promise<Handoff[]> {
  const { handoffs } = await ctx.transport.log.project(handoffStates)
  return handoffs.filter((handoff) => options.all || ['open', 'accepted'].includes(stateOf(handoff)))
}

/** The handoff with this number, event id or message id. Throws NOT_FOUND. */
export async function findHandoff(ctx: RoomContext, reference: string): Promise<Handoff> {
  const { revision, eventId } = parseReference(reference)
  const { handoffs } = await ctx.transport.log.project(handoffStates)
  const found = handoffs.findLast(({ number, event_id }) =>
    revision === undefined ? event_id === eventId : number === revision,
  )
  if (found !== undefined) return found
  throw new RallyError('NOT_FOUND', { what: 'handoff', value: reference, hint: 'rally handoffs --all lists them' })
}

/** Whether a handoff may be taken by this session: it names it, its tool, or whoever takes it. A person may act for anybody. */
export function isMeant({ to, to_session_id }: Handoff, { session }: Pick<SessionContext, 'session'>): boolean {
  if (isPerson(session)) return true
  if (to_session_id !== null) return to_session_id === session.sessionId
  return to === 'peer' || isForTool(to, session.tool)
}
