import { safeName } from '../../ids.js'
import type { AckCursor } from '../../model/ack-cursor.js'
import { BROADCAST } from '../../rules/inbox/make-message.js'
import { handledAhead } from '../../rules/inbox/unread.js'
import type { SessionContext } from '../context.js'

/** Where a session stands in its boxes after an acknowledgement; counts are entries from the beginning. */
export interface Acknowledged {
  /** Where the cursor is kept: a path or a key. */
  readonly path: string
  /** In safe form. */
  readonly tool: string
  readonly directCount: number
  readonly broadcastCount: number
}

/**
 * Marks everything in this session's inbox as handled (protocol section 6). With `broadcast: false` the position in the
 * broadcast box stays where an earlier ack left it. For the tool `all` its own box is the broadcast box.
 */
export async function ackInbox(ctx: SessionContext, options: { broadcast?: boolean } = {}): Promise<Acknowledged> {
  const { inbox } = ctx.transport
  const { sessionId } = ctx.session
  const tool = safeName(ctx.session.tool)
  const direct = await position(ctx, tool)
  const moves = options.broadcast ?? true
  const broadcast = tool === BROADCAST ? undefined : await broadcastPosition(ctx, tool, moves)
  const ahead = moves ? [] : handledAhead(await inbox.cursor(tool, sessionId), 'broadcast')
  const cursor: AckCursor = {
    schema_version: '1.0',
    kind: 'rally-inbox-ack-cursor',
    tool,
    session_id: sessionId,
    acked_at: ctx.clock.now(),
    direct,
    ...(broadcast === undefined ? {} : { broadcast }),
    ...(ahead.length === 0 ? {} : { ahead: { direct: [], broadcast: ahead } }),
  }
  const path = await inbox.setCursor(tool, sessionId, cursor)
  return { path, tool, directCount: direct.line_count, broadcastCount: broadcast?.line_count ?? 0 }
}

async function broadcastPosition(ctx: SessionContext, tool: string, moves: boolean): Promise<AckCursor['broadcast']> {
  if (moves) return position(ctx, BROADCAST)
  return (await ctx.transport.inbox.cursor(tool, ctx.session.sessionId))?.broadcast
}

async function position(ctx: SessionContext, box: string): Promise<AckCursor['direct']> {
  const { count, lastTs } = await ctx.transport.inbox.size(box)
  return { line_count: count, last_message_ts: lastTs }
}
