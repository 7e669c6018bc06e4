import { BROADCAST } from '@rally/core/rules/inbox/make-message'
import type { RoomContext } from '@rally/core/usecases/context'
import type { Reader } from '@rally/core/usecases/inbox/inbox-position'
import type { Candidate } from '@rally/core/usecases/roster/candidates'
import { findAsking } from './find-asking.js'
import type { SessionFlags } from './flags.js'
import type { Rally } from './rally.js'

export interface FoundReader {
  readonly ctx: RoomContext
  readonly reader: Reader
  /** Where several sessions may be asking: which. Then the box of their tool is read, or that of everybody. */
  readonly candidates: readonly Candidate[]
}

/**
 * Whose inbox is meant. `--tool` without `--session-id` names the tool's own box, of no session in particular; without either
 * it is the session that asks. Throws SESSION_UNKNOWN when nobody can be told.
 */
export async function findReader(rally: Rally, flags: SessionFlags): Promise<FoundReader> {
  if (flags.tool !== undefined && flags['session-id'] === undefined) {
    return { ctx: await rally.room(flags), reader: { tool: flags.tool }, candidates: [] }
  }
  const { ctx, session, candidates } = await findAsking(rally, flags)
  if (session !== undefined) return { ctx, reader: { tool: session.tool, sessionId: session.sessionId }, candidates }
  const tools = [...new Set(candidates.map(({ tool }) => tool))]
  return { ctx, reader: { tool: (tools.length === 1 && tools[0]) || BROADCAST }, candidates }
}
