import { RallyError } from '@rally/core/errors'
import { isSafeId } from '@rally/core/ids'
import { stateDir } from '../system/user-dirs.js'
import { type RegisteredSession, sessionsOfAncestor } from './ancestor-registry.js'
import { chooseInnermost, cluesOf, type HostClue, type HostIdentifier } from './host-clues.js'
import type { IdentityOptions } from './identity-options.js'
import { type Ancestor, ancestorsOf } from './processes.js'
import { ancestorsByPs } from './ps.js'

/** What hosts and ancestors say; `sessionId` is missing when only the host is known. */
export interface FoundSession {
  readonly sessionId?: string | undefined
  readonly tool: string
  readonly model?: string | undefined
  readonly parent?: string | undefined
  readonly hostPid?: number | undefined
  readonly source: 'host' | 'ancestor'
}

export interface SessionQuestion {
  /** Known already: then only its host is looked for, and doubt is no error. */
  readonly sessionId: string | undefined
  readonly tool: string | undefined
  readonly cwd: string
}

export interface SessionSearch {
  /** A tool id as its host spells it: dashes are accepted for underscores. */
  canonicalTool(tool: string | undefined): Promise<string | undefined>
  /** @throws RallyError SESSION_AMBIGUOUS */
  find(question: SessionQuestion): Promise<FoundSession | undefined>
}

/** Looks for the asking session in the environment of a host's shell and among the ancestors of this process. */
export function createSessionSearch(options: IdentityOptions): SessionSearch {
  const { env } = options
  const hosts = once(options.hosts)
  const ancestors = once(async () => {
    const fromFiles = ancestorsOf(options.pid)
    return fromFiles.length > 0 || process.platform === 'linux' ? fromFiles : ancestorsByPs(options.pid, env)
  })

  async function find(question: SessionQuestion): Promise<FoundSession | undefined> {
    const found = await hosts()
    const clues = narrow(cluesOf(found, env), question)
    const [first, ...others] = clues
    if (!first) return fromAncestor(question)
    const clue = others.length === 0 ? first : await innermost(found, clues)
    if (!clue) {
      if (question.sessionId !== undefined) return undefined
      const shown = clues.map(({ tool, clue }) => `${tool} ${clue.sessionId ?? '(no id)'}`)
      throw ambiguous(
        clues.flatMap(({ clue }) => clue.sessionId ?? []),
        shown,
      )
    }
    const known = { tool: clue.tool, model: clue.clue.model, source: 'host' } as const
    if (isSafeId(clue.clue.sessionId)) {
      const { sessionId, parent, hostPid } = clue.clue
      return { ...known, sessionId, parent, hostPid }
    }
    if (question.sessionId !== undefined) return known
    const here = { ...question, tool: clue.tool }
    return (await fromAncestor(here)) ?? { ...known, sessionId: await onlyLiveSession(here) }
  }

  /** The host that is asking, of several that the environment speaks of. */
  async function innermost(found: readonly HostIdentifier[], clues: readonly HostClue[]) {
    const chosen = chooseInnermost(found, clues, await ancestors())
    if (chosen) return chosen
    const registered = (await nearestRegistered(undefined))?.sessions ?? []
    const matching = clues.filter(({ tool, clue }) =>
      registered.some((session) => session.tool === tool && session.sessionId === clue.sessionId),
    )
    return matching.length === 1 ? matching[0] : undefined
  }

  async function fromAncestor({ sessionId, tool }: SessionQuestion): Promise<FoundSession | undefined> {
    const nearest = await nearestRegistered(tool)
    if (!nearest) return undefined
    const live = await liveOnes(nearest.sessions)
    const one = live.length === 1 ? live[0] : live.find((session) => session.sessionId === sessionId)
    if (one) return { sessionId: one.sessionId, tool: one.tool, hostPid: nearest.ancestor.pid, source: 'ancestor' }
    if (sessionId !== undefined) return undefined
    throw ambiguous(live.map((session) => session.sessionId))
  }

  async function nearestRegistered(
    tool: string | undefined,
  ): Promise<{ ancestor: Ancestor; sessions: readonly RegisteredSession[] } | undefined> {
    const dir = options.stateDir ?? stateDir(env)
    for (const ancestor of await ancestors()) {
      const all = sessionsOfAncestor(dir, ancestor, options.now())
      const sessions = tool === undefined ? all : all.filter((session) => session.tool === tool)
      if (sessions.length > 0) return { ancestor, sessions }
    }
    return undefined
  }

  /** Of several sessions of one process, those that the room knows as live; all of them when it knows none. */
  async function liveOnes(sessions: readonly RegisteredSession[]): Promise<readonly RegisteredSession[]> {
    if (sessions.length < 2 || !options.liveSessions) return sessions
    const live: RegisteredSession[] = []
    for (const session of sessions) {
      const ids = await liveIds(session.tool, session.cwd)
      if (ids.includes(session.sessionId)) live.push(session)
    }
    return live.length > 0 ? live : sessions
  }

  /** What cannot be read now (no room, a broken channel) is for the command to report, not for the question who asks. */
  async function liveIds(tool: string, cwd: string): Promise<readonly string[]> {
    try {
      return (await options.liveSessions?.(tool, cwd)) ?? []
    } catch {
      return []
    }
  }

  async function onlyLiveSession({ tool, cwd }: SessionQuestion): Promise<string | undefined> {
    const ids = tool === undefined ? [] : await liveIds(tool, cwd)
    if (ids.length > 1) throw ambiguous(ids)
    return ids[0]
  }

  return {
    find,
    async canonicalTool(tool) {
      if (!tool?.includes('-')) return tool
      const id = tool.replaceAll('-', '_')
      return (await hosts()).some((host) => host.id === id) ? id : tool
    },
  }
}

/** The clues that fit what is known already; all of them when none does. */
function narrow(clues: readonly HostClue[], { sessionId, tool }: SessionQuestion): readonly HostClue[] {
  const fitting = clues.filter(({ tool: id, clue }) => id === tool || (sessionId && clue.sessionId === sessionId))
  return fitting.length > 0 ? fitting : clues
}

function ambiguous(candidates: readonly string[], shown = candidates): RallyError {
  const sorted = [...candidates].sort()
  return new RallyError('SESSION_AMBIGUOUS', { sessions: [...shown].sort().join(', '), candidates: sorted })
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
