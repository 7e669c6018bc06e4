import { readFileSync } from 'node:fs'
import type { HostEnv, SessionClue } from '@rally/core/ports/host'
import type { Ancestor } from './processes.js'

/** What identity needs of a host adapter. */
export interface HostIdentifier {
  readonly id: string
  identify(env: HostEnv): SessionClue | undefined
}

export interface HostClue {
  readonly tool: string
  readonly clue: SessionClue
}

/** What every host makes of an environment; an adapter that throws says nothing. */
export function cluesOf(hosts: readonly HostIdentifier[], env: HostEnv): HostClue[] {
  return hosts.flatMap((host) => {
    const clue = identifyQuietly(host, env)
    return clue ? [{ tool: host.id, clue }] : []
  })
}

/**
 * Of several hosts that an environment speaks of, the one that is asking: a host started from another host's shell inherits
 * the outer one's variables. Going up the ancestors, the variables of the inner host are the first to be missing, because
 * the host's own process was started without them. Undefined when that cannot be seen.
 */
export function chooseInnermost(
  hosts: readonly HostIdentifier[],
  clues: readonly HostClue[],
  ancestors: readonly Ancestor[],
): HostClue | undefined {
  let rest = clues
  for (const { pid } of ancestors) {
    if (rest.length < 2) break
    const env = environmentOf(pid)
    if (!env) return undefined
    const here = cluesOf(hosts, env)
    const [missing, ...others] = rest.filter((clue) => !here.some((other) => isSameClue(clue, other)))
    if (missing) return others.length === 0 ? missing : undefined
    rest = rest.filter((clue) => here.some((other) => isSameClue(clue, other)))
  }
  return undefined
}

function isSameClue(a: HostClue, b: HostClue): boolean {
  return a.tool === b.tool && a.clue.sessionId === b.clue.sessionId
}

/** The environment that a process was started with, where the system shows it. */
function environmentOf(pid: number): HostEnv | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/environ`, 'utf8')
    return Object.fromEntries(
      text
        .split('\0')
        .filter((pair) => pair.includes('='))
        .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    )
  } catch {
    return undefined
  }
}

function identifyQuietly(host: HostIdentifier, env: HostEnv): SessionClue | undefined {
  try {
    return host.identify(env)
  } catch {
    return undefined
  }
}
