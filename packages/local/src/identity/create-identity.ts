import { resolve } from 'node:path'
import { RallyError } from '@rally/core/errors'
import { requireSafeId } from '@rally/core/ids'
import type { SessionIdentity } from '@rally/core/model/session-identity'
import type { IdentityClues, IdentityPort } from '@rally/core/ports/identity'
import type { IdentityOptions } from './identity-options.js'
import { createSessionSearch, type FoundSession } from './session-search.js'

/**
 * Who is asking: flags, then variables, then what the hosts make of the environment, then the session that a hook
 * registered for an ancestor process. Only what is missing is looked for.
 */
export function createIdentity(options: IdentityOptions): IdentityPort {
  const { env, defaults } = options
  const search = createSessionSearch(options)

  async function find(clues: IdentityClues): Promise<SessionIdentity | undefined> {
    const cwd = resolve(options.cwd, clues.cwd ?? '.')
    const given = clues.sessionId ?? (env.RALLY_SESSION_ID || undefined)
    const sessionId = given === undefined ? undefined : requireSafeId(given, 'session id')
    const tool = await search.canonicalTool(clues.tool ?? (env.RALLY_TOOL || undefined))
    const known = sessionId !== undefined && tool !== undefined
    const found = known ? undefined : await search.find({ sessionId, tool, cwd })
    const asking = sessionId ?? found?.sessionId
    if (asking === undefined) return undefined
    const own = found?.sessionId === asking ? found : undefined
    return {
      sessionId: requireSafeId(asking, 'session id'),
      tool: tool ?? found?.tool ?? defaults.tool,
      model: clues.model ?? firstOf(env.RALLY_MODEL, env.RALLY_POINT_MODEL, own?.model) ?? defaults.model,
      runId: clues.runId ?? firstOf(env.RALLY_RUN_ID, env.RALLY_POINT_RUN_ID, env.BUILD_LOOP_RUN_ID) ?? defaults.runId,
      pid: clues.pid ?? own?.hostPid ?? options.pid,
      host: clues.host ?? options.machine,
      cwd,
      parent: parentOf(asking, clues.parent, found),
      source: clues.sessionId !== undefined ? 'flag' : given !== undefined ? 'environment' : (found?.source ?? 'host'),
    }
  }

  function parentOf(asking: string, flag: string | undefined, found: FoundSession | undefined): string | null {
    const inherited = firstOf(env.RALLY_PARENT_SESSION_ID, env.RALLY_PARENT_SESSION)
    const host = found && (found.sessionId === asking ? found.parent : parentByName(asking, found.sessionId))
    const parent = flag ?? inherited ?? host
    if (!parent || parent === asking) return null
    return requireSafeId(parent, 'parent session id')
  }

  return Object.freeze({
    find,
    async resolve(clues: IdentityClues) {
      const identity = await find(clues)
      if (!identity) throw new RallyError('SESSION_UNKNOWN')
      return identity
    },
  })
}

/** A child of the host's session is named `<session>.<agent>`. */
function parentByName(asking: string, session: string | undefined): string | undefined {
  return session !== undefined && asking.startsWith(`${session}.`) ? session : undefined
}

function firstOf(...values: (string | undefined)[]): string | undefined {
  return values.find((value) => value !== undefined && value !== '')
}
