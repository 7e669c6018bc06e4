import { resolve } from 'node:path'
import { RallyError } from '@rally/core/errors'
import { isSafeId, requireSafeId } from '@rally/core/ids'
import type { SessionIdentity } from '@rally/core/model/session-identity'
import type { IdentityClues, IdentityPort, SessionLookup } from '@rally/core/ports/identity'
import { PERSON_TOOL, personSessionId } from '@rally/core/rules/roster/person'
import { userName } from '../system/user-name.js'
import type { IdentityOptions } from './identity-options.js'
import { createSessionSearch, type FoundSession } from './session-search.js'

/** Model and run that nobody named: what the flags of the existing system default to. A tool that nobody named is unknown. */
const DEFAULTS = { tool: 'unknown', model: 'inherit', runId: 'unknown' }

/** A person is no model. */
const NO_MODEL = 'n/a'

/** The session that asks, as flags and variables name it. */
interface Named {
  readonly sessionId: string | undefined
  readonly tool: string | undefined
  /** Both were named: nobody else needs to be asked. */
  readonly isWhole: boolean
  readonly source: 'flag' | 'environment'
}

/**
 * Who is asking: flags, then variables, then what the hosts make of the environment, then the session that a hook
 * registered for an ancestor process, then the person. Only what is missing is looked for.
 */
export function createIdentity(options: IdentityOptions): IdentityPort {
  const { env } = options
  const search = createSessionSearch(options)

  async function find(clues: IdentityClues, room?: SessionLookup): Promise<SessionIdentity | undefined> {
    const cwd = resolve(options.cwd, clues.cwd ?? '.')
    const { sessionId, tool, isWhole, source } = await readNamed(clues, room)
    if (sessionId === undefined && tool === PERSON_TOOL) return person(clues, cwd)
    const found = isWhole ? undefined : await search.find({ sessionId, tool, cwd })
    const asking = sessionId ?? found?.sessionId
    // A tool or a host's shell without a session is an agent that cannot be told, not the person.
    if (asking === undefined) return found === undefined && tool === undefined ? person(clues, cwd) : undefined
    const own = found?.sessionId === asking ? found : undefined
    return describe(clues, cwd, {
      sessionId: requireSafeId(asking, 'session id'),
      tool: tool ?? found?.tool,
      model: own?.model,
      pid: own?.hostPid,
      parent: parentOf(asking, await resolved(clues.parent, room), found),
      source: sessionId === undefined ? (found?.source ?? 'host') : source,
    })
  }

  /** A session that is named without its tool has the one that its presence says, else the one that the variable names. */
  async function readNamed(clues: IdentityClues, room: SessionLookup | undefined): Promise<Named> {
    const source = clues.sessionId === undefined ? 'environment' : 'flag'
    const word = clues.sessionId ?? firstOf(env.RALLY_SESSION_ID)
    const safe = word === undefined ? undefined : requireSafeId(word, 'session id')
    const known = safe === undefined ? undefined : await room?.(safe)
    // Session and tool of the environment are one statement; a flag may name any other session.
    const isPair = source === 'environment' || safe === env.RALLY_SESSION_ID
    const variable = firstOf(env.RALLY_TOOL)
    const stated = clues.tool ?? (isPair ? variable : undefined)
    const tool = await search.canonicalTool(stated ?? known?.tool ?? variable)
    return { sessionId: known?.sessionId ?? safe, tool, isWhole: safe !== undefined && stated !== undefined, source }
  }

  async function resolved(word: string | undefined, room: SessionLookup | undefined): Promise<string | undefined> {
    return word === undefined || !isSafeId(word) ? word : ((await room?.(word))?.sessionId ?? word)
  }

  function personUser(): string {
    return (options.user ?? (() => userName(env)))()
  }

  /** Whoever types outside of every host. */
  function person(clues: IdentityClues, cwd: string): SessionIdentity {
    const user = personUser()
    const known = { sessionId: personSessionId(user), tool: PERSON_TOOL, model: NO_MODEL, parent: null } as const
    return { ...describe(clues, cwd, { ...known, source: 'person' }), user }
  }

  function describe(
    clues: IdentityClues,
    cwd: string,
    known: Pick<SessionIdentity, 'sessionId' | 'parent' | 'source'> & {
      readonly tool: string | undefined
      readonly model?: string | undefined
      readonly pid?: number | undefined
    },
  ): SessionIdentity {
    const { sessionId, parent, source, tool } = known
    const model = clues.model ?? firstOf(env.RALLY_MODEL, env.RALLY_POINT_MODEL, known.model)
    const runId = clues.runId ?? firstOf(env.RALLY_RUN_ID, env.RALLY_POINT_RUN_ID, env.BUILD_LOOP_RUN_ID)
    const pid = clues.pid ?? known.pid
    const stated = { tool, model, runId, pid, host: clues.host, cwd: clues.cwd }
    const assumed = ASSUMABLE.filter((key) => stated[key] === undefined)
    return {
      sessionId,
      tool: tool ?? DEFAULTS.tool,
      model: model ?? DEFAULTS.model,
      runId: runId ?? DEFAULTS.runId,
      pid: pid ?? options.pid,
      host: clues.host ?? options.machine,
      cwd,
      parent,
      source,
      ...(assumed.length === 0 ? {} : { assumed }),
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
    async resolve(clues: IdentityClues, room?: SessionLookup) {
      const identity = await find(clues, room)
      if (!identity) throw new RallyError('SESSION_UNKNOWN')
      return identity
    },
    person: () => personSessionId(personUser()),
  })
}

const ASSUMABLE = ['tool', 'model', 'runId', 'pid', 'host', 'cwd'] as const

/** A child of the host's session is named `<session>.<agent>`. */
function parentByName(asking: string, session: string | undefined): string | undefined {
  return session !== undefined && asking.startsWith(`${session}.`) ? session : undefined
}

function firstOf(...values: (string | undefined)[]): string | undefined {
  return values.find((value) => value !== undefined && value !== '')
}
