import type { SessionLookup } from '../../ports/identity.js'
import type { Transport } from '../../ports/transport.js'
import { isReaderStub } from '../../rules/presence/life.js'
import { isSessionName } from '../../rules/roster/session-names.js'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const UUID_BEGINNING = /^[0-9a-f][0-9a-f-]{3,34}$/i

/**
 * Who is meant by a word in the place of the asking session's id: the session of that id, else the one of that name, else
 * the only one whose id, a UUID, begins so (4 characters or more). Other beginnings do not count here: `codex-1` may be the
 * id of a session that begins, although `codex-12` is in the room.
 */
export async function findSession(transport: Transport, word: string): ReturnType<SessionLookup> {
  const exact = await transport.sessions.get(word)
  if (exact !== undefined) return { sessionId: word, tool: isReaderStub(exact) ? undefined : exact.tool }
  if (isSessionName(word)) {
    const held = await transport.names.holder(word)
    const sessionId = held?.session_id
    if (sessionId) return { sessionId, tool: (await transport.sessions.get(sessionId))?.tool }
  }
  if (!UUID_BEGINNING.test(word)) return undefined
  const low = word.toLowerCase()
  const found = (await transport.sessions.list()).filter(
    ({ session_id: id }) => UUID.test(id) && id.toLowerCase().startsWith(low),
  )
  const [only] = found
  return only === undefined || found.length > 1 ? undefined : { sessionId: only.session_id, tool: only.tool }
}
