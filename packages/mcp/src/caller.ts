import type { Caller, RallyApi } from '@rally/core/plugin-api/rally-api'
import type { RoomContext, SessionContext } from '@rally/core/usecases/context'
import type { StatusContext } from '@rally/core/usecases/status/status-input'
import { CATALOGUE } from './errors.js'
import type { Served } from './served.js'

/** Who asks, found out for one call. */
export interface CallerSearch {
  /** The session and its room. Throws SESSION_UNKNOWN, or SESSION_AMBIGUOUS with the names. */
  session(): Promise<SessionContext>
  /** For what only reads: the room without a session where nobody, or not one alone, can be told. */
  look(): Promise<StatusContext>
}

/**
 * The session that the host names in the call, else the live one of the host that started the server. `as` says which of
 * several; it cannot name anybody else.
 */
export async function findCaller(
  api: RallyApi,
  { workdir, sessionId, tool }: Served,
  { as, meta }: { readonly as: string | undefined; readonly meta: unknown },
): Promise<CallerSearch> {
  const of = (caller: Pick<Caller, 'sessionId' | 'tool' | 'cwd'>): CallerSearch => {
    const open = () => api.session({ workdir: caller.cwd, sessionId: caller.sessionId, tool: caller.tool })
    return { session: open, look: open }
  }
  if (sessionId !== undefined) {
    const open = () => api.session({ workdir, sessionId, tool })
    return { session: open, look: open }
  }
  const named = (await api.namedIn(meta)).filter((one) => tool === undefined || one.tool === tool)
  const [said] = named.length === 1 ? named : []
  const callers = await api.callers({ workdir, tool: tool ?? said?.tool, named: said?.sessionId })
  const meant = as === undefined ? callers : callers.filter((caller) => isCalled(caller, as))
  const [only] = meant
  if (only !== undefined && meant.length === 1) return of(only)
  const refuse = async (): Promise<never> => {
    throw callers.length === 0 ? unknown(api) : ambiguous(api, callers, as)
  }
  return { session: refuse, look: () => roomOf(api, callers[0]?.cwd ?? workdir, callers) }
}

function isCalled({ name, sessionId }: Caller, word: string): boolean {
  const said = word.trim().toLowerCase()
  return (
    said === name.toLowerCase() || said === sessionId.toLowerCase() || (said.length >= 4 && sessionId.startsWith(said))
  )
}

async function roomOf(api: RallyApi, workdir: string, callers: readonly Caller[]): Promise<StatusContext> {
  const room: RoomContext = await api.room({ workdir })
  return callers.length === 0 ? room : { ...room, candidates: callers.map(({ sessionId }) => sessionId) }
}

function unknown(api: RallyApi): Error {
  return api.errors(CATALOGUE)('MCP_SESSION_UNKNOWN')
}

function ambiguous(api: RallyApi, callers: readonly Caller[], as: string | undefined): Error {
  return api.errors(CATALOGUE)(as === undefined ? 'MCP_SESSION_AMBIGUOUS' : 'MCP_SESSION_OTHER', {
    as,
    names: callers.map(({ name }) => name).join(', '),
    name: callers[0]?.name,
  })
}
