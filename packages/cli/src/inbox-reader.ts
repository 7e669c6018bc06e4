import { RallyError } from '@rally/core/errors'
import type { RoomContext } from '@rally/core/usecases/context'
import type { Reader } from '@rally/core/usecases/inbox/inbox-position'
import type { SessionFlags } from './flags.js'
import type { Rally } from './rally.js'

/**
 * Whose inbox is meant. `--tool` without `--session-id` names the tool's own box, of no session in particular; without either
 * it is the session that asks. Throws SESSION_UNKNOWN when nobody can be told.
 */
export async function findReader(rally: Rally, flags: SessionFlags): Promise<{ ctx: RoomContext; reader: Reader }> {
  if (flags.tool !== undefined && flags['session-id'] === undefined) {
    return { ctx: await rally.room(flags), reader: { tool: flags.tool } }
  }
  const ctx = await rally.roomAndMaybeSession(flags)
  if (ctx.session === undefined) throw new RallyError('SESSION_UNKNOWN')
  return { ctx, reader: { tool: ctx.session.tool, sessionId: ctx.session.sessionId } }
}
