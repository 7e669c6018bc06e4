import { safeName } from '../../ids.js'
import type { AckCursor } from '../../model/ack-cursor.js'
import { BROADCAST } from '../../rules/inbox/make-message.js'
import { handledAhead } from '../../rules/inbox/unread.js'
import type { SessionContext } from '../context.js'
import { readInboxPositions } from './inbox-position.js'

/** How far back a box is looked through for the message. */
const LOOKED_THROUGH = 2000

/**
 * Marks one message as handled, as answering it does; those before it stay as they are. The position moves on over what is
 * handled without a gap; a message behind a gap is kept by its ordinal. Answers whether the message is in a box of this session.
 */
export async function ackMessage(ctx: SessionContext, message: { id: string; box: string }): Promise<boolean> {
  const { inbox } = ctx.transport
  const { sessionId, tool } = ctx.session
  const own = safeName(tool)
  const source = safeName(message.box) === own ? 'direct' : message.box === BROADCAST ? 'broadcast' : undefined
  if (source === undefined) return false
  const position = (await readInboxPositions(ctx, { tool, sessionId })).find((one) => one.source === source)
  if (position === undefined) return false
  const { box, size, handled, foreign } = position
  const entries = await inbox.read(box, Math.max(handled, size - LOOKED_THROUGH))
  const ordinal = entries.findLast((entry) => entry.message?.id === message.id)?.ordinal
  // Handled already, or not there.
  if (ordinal === undefined) return (await inbox.size(box)).count > 0
  const cursor = await inbox.cursor(own, sessionId)
  const passed = new Set([...handledAhead(cursor, source), ordinal, ...foreign])
  let count = handled
  while (passed.has(count + 1)) count += 1
  const ahead = [...new Set([...handledAhead(cursor, source), ordinal])].filter((one) => one > count)
  const lastTs = entries.find((entry) => entry.ordinal === count)?.message?.ts ?? null
  const moved = {
    line_count: count,
    last_message_ts: count > handled ? lastTs : (cursor?.[source]?.last_message_ts ?? null),
  }
  const next: AckCursor = {
    ...(cursor ?? emptyCursor(own, sessionId)),
    acked_at: ctx.clock.now(),
    [source]: moved,
    ahead: {
      direct: handledAhead(cursor, 'direct'),
      broadcast: handledAhead(cursor, 'broadcast'),
      [source]: ahead.sort((a, b) => a - b),
    },
  }
  await inbox.setCursor(own, sessionId, next)
  return true
}

function emptyCursor(tool: string, sessionId: string): AckCursor {
  return {
    acked_at: 0,
    schema_version: '1.0',
    kind: 'rally-inbox-ack-cursor',
    tool,
    session_id: sessionId,
    direct: { line_count: 0, last_message_ts: null },
  }
}
