import { roomProjection } from '../../rules/log/room-projection.js'
import type { KeptHandoff } from '../../rules/log/room-state.js'
import type { RoomContext } from '../context.js'

/** A handoff that nothing refers to as settled yet. */
export type OpenHandoff = Pick<KeptHandoff, 'event_id' | 'revision' | 'tool' | 'session_id' | 'to' | 'subject'>

/** Whose handoffs are looked for; without both everybody's. */
export interface OpenHandoffQuery {
  /** Posted by this tool. */
  readonly tool?: string | undefined
  /** Posted by this session. */
  readonly sessionId?: string | undefined
}

/**
 * Handoffs of a poster that are still open, in order of writing. One is settled by any later record whose payload names its
 * event id as `ref`, `ref_id` or `resolves`; announcements of ownership need no settling.
 */
export async function findOpenHandoffs(ctx: RoomContext, query: OpenHandoffQuery = {}): Promise<OpenHandoff[]> {
  const { handoffs } = await ctx.transport.log.project(roomProjection)
  return handoffs
    .filter(({ resolved_by }) => resolved_by === null)
    .filter(({ tool }) => query.tool === undefined || tool === query.tool)
    .filter(({ session_id }) => query.sessionId === undefined || session_id === query.sessionId)
    .map(({ event_id, revision, tool, session_id, to, subject }) => ({
      event_id,
      revision,
      tool,
      session_id,
      to,
      subject,
    }))
}
