import { resolveTool } from '../../rules/inbox/recipient.js'
import type { Somebody } from '../../rules/timeline/entry-filter.js'
import type { RoomContext } from '../context.js'
import { findSession } from '../roster/find-session.js'
import type { KnownSessions } from './known-sessions.js'

/** Who is meant by a word in a filter: a session that is or was here, a tool by any of its words, else whoever is called so. */
export async function findSomebody(ctx: RoomContext, word: string, known: KnownSessions): Promise<Somebody> {
  const session = await findSession(ctx.transport, word)
  if (session !== undefined) return { sessionId: session.sessionId, name: known.nameOf(session.sessionId, word) }
  const hosts = (await ctx.hostWords?.()) ?? []
  const tools = [...new Set(known.sessions.map(({ tool }) => tool))]
  return { name: word, tool: resolveTool(word, { hosts, tools }) ?? word }
}
