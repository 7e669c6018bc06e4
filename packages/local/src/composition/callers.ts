import type { Presence } from '@rally/core/model/presence'
import type { Caller, CallerRequest } from '@rally/core/plugin-api/rally-api'
import type { ChannelDiscovery } from '@rally/core/ports/channel-discovery'
import type { Clock } from '@rally/core/ports/clock'
import type { Hosts } from '@rally/core/ports/host'
import type { Transports } from '@rally/core/ports/transport'
import { listPeers } from '@rally/core/rules/presence/active-peers'
import { recordedProcess } from '@rally/core/rules/presence/life'
import { sessionNames, shownId } from '@rally/core/rules/roster/shown-names'
import { TOKENS } from '@rally/core/tokens'
import { readLifeTimes } from '@rally/core/usecases/presence/life-times'
import { sessionsOfAncestor } from '../identity/ancestor-registry.js'
import { cluesOf } from '../identity/host-clues.js'
import { probeHostProcess } from '../identity/host-probe.js'
import { type Ancestor, ancestorsOf } from '../identity/processes.js'
import { ancestorsByPs } from '../identity/ps.js'
import { type Env, stateDir } from '../system/user-dirs.js'
import type { Ports } from './ports.js'

export interface CallersOptions extends CallerRequest {
  readonly env: Env
  /** The program that asks. */
  readonly pid: number
}

/**
 * The sessions that a program may be speaking for which a host started once and which outlives sessions: what hooks have said
 * by now counts, the environment of its start only while the session that it names lives. Never the person.
 */
export async function findCallers(ports: Ports, options: CallersOptions): Promise<readonly Caller[]> {
  const { tool, named, workdir } = options
  const ancestors = await ancestorsNow(options)
  const registered = await registeredCallers(ports, options, ancestors)
  if (named === undefined) return registered.length > 0 ? registered : environmentCallers(ports, options, ancestors)
  const meant = registered.filter(({ sessionId }) => isOfConversation(sessionId, named))
  if (meant.length > 0) return meant
  // The host itself says who asks, whether a hook has run or not.
  const known = (await liveIn(ports, workdir)).find(({ sessionId }) => sessionId === named)
  return [known ?? { sessionId: named, tool: tool ?? 'unknown', name: shownId(named), cwd: workdir }]
}

/** A conversation that is open in a second process writes there as `ID.2`. */
function isOfConversation(sessionId: string, conversation: string): boolean {
  return sessionId === conversation || sessionId.replace(/\.[2-9]$/, '') === conversation
}

/** Looked up anew at every call: parents end, and their children get others. */
async function ancestorsNow({ pid, env }: CallersOptions): Promise<readonly Ancestor[]> {
  const fromFiles = ancestorsOf(pid)
  return fromFiles.length > 0 || process.platform === 'linux' ? fromFiles : ancestorsByPs(pid, env)
}

/** The live ones of the sessions that hooks registered for the nearest ancestor that has any. */
async function registeredCallers(
  ports: Ports,
  { env, tool }: CallersOptions,
  ancestors: readonly Ancestor[],
): Promise<readonly Caller[]> {
  const now = ports.get<Clock>(TOKENS.clock).now()
  for (const ancestor of ancestors) {
    const sessions = sessionsOfAncestor(stateDir(env), ancestor, now).filter(
      (session) => tool === undefined || session.tool === tool,
    )
    const live = new Map<string, readonly Caller[]>()
    for (const cwd of new Set(sessions.map((session) => session.cwd))) live.set(cwd, await liveIn(ports, cwd))
    const found = sessions.flatMap(({ sessionId, cwd }) => {
      const one = live.get(cwd)?.find((caller) => caller.sessionId === sessionId)
      return one === undefined ? [] : [{ ...one, cwd }]
    })
    if (found.length > 0) return found
  }
  return []
}

/** Those that the environment names, where they live here; a host that names none: its sessions that no other process has. */
async function environmentCallers(
  ports: Ports,
  { env, tool, workdir }: CallersOptions,
  ancestors: readonly Ancestor[],
): Promise<readonly Caller[]> {
  const live = await liveIn(ports, workdir, ancestors)
  const byId = (id: string | undefined) => live.filter(({ sessionId }) => sessionId === id)
  const stated = byId(env.RALLY_SESSION_ID || undefined)
  if (stated.length > 0) return stated
  const hosts = (await ports.get<Hosts>(TOKENS.hosts).list()).flatMap(({ adapter }) => adapter ?? [])
  const clues = cluesOf(hosts, env).filter((clue) => tool === undefined || clue.tool === tool)
  const named = clues.flatMap(({ clue }) => byId(clue.sessionId))
  if (named.length > 0) return named
  const nameless = new Set(clues.filter(({ clue }) => clue.hostOnly).map((clue) => clue.tool))
  if (tool !== undefined) nameless.add(tool)
  return live.filter((caller) => nameless.has(caller.tool) && !caller.isElsewhere)
}

interface LiveCaller extends Caller {
  /** It has a process of its own, which is none of the ancestors. */
  readonly isElsewhere: boolean
}

/** The live sessions of a folder's room in that working tree, subagents left out: they speak for their parent. */
async function liveIn(ports: Ports, cwd: string, ancestors: readonly Ancestor[] = []): Promise<readonly LiveCaller[]> {
  try {
    const { get } = ports
    const channel = await get<ChannelDiscovery>(TOKENS.channelDiscovery).resolve(cwd)
    const transport = await get<Transports>(TOKENS.transports).open(channel)
    try {
      const now = get<Clock>(TOKENS.clock).now()
      const sessions = await transport.sessions.list()
      const times = await readLifeTimes(transport.sessions, sessions, now)
      const names = sessionNames(sessions)
      return listPeers(sessions, { now, ...times, hostProcess: probeHostProcess })
        .filter(({ parent, machine }) => !parent && machine === undefined)
        .map((presence) => ({
          sessionId: presence.session_id,
          tool: presence.tool,
          name: names.get(presence.session_id) ?? shownId(presence.session_id),
          cwd: presence.cwd || cwd,
          isElsewhere: isElsewhere(presence, ancestors),
        }))
    } finally {
      await transport.close()
    }
  } catch {
    // No room there any more, or one that cannot be read: nobody of it is known to live.
    return []
  }
}

function isElsewhere(presence: Presence, ancestors: readonly Ancestor[]): boolean {
  const process = recordedProcess(presence)
  if (process === undefined || ancestors.length === 0) return false
  return !ancestors.some(({ pid, start }) => pid === process.pid && start === process.started)
}
