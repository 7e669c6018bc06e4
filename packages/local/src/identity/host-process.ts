import type { HostProcess } from '@rally/core/moments'
import { chooseHostAncestor } from './host-ancestor.js'
import { type Ancestor, ancestorsOf, processesPlace, processStart } from './processes.js'

/** A process that was started so shortly before a hook (hundredths of a second) may have been started for that hook alone. */
const YOUNG_TICKS = 300

export interface HostQuestion {
  /** The process that the host names as its own. */
  readonly named?: number | undefined
  /** The hook's process, from which the host's is looked for upwards. */
  readonly hookPid: number
  /** The process that an earlier hook of the session found, unless the session begins here. */
  readonly known?: Pick<HostProcess, 'pid' | 'started'> | undefined
}

/**
 * The process of the host program: the one that the host names, else the nearest ancestor that is no shell. Null where that
 * cannot be told without starting a program, or where that ancestor serves everybody (the first process, a terminal server).
 */
export function findHostProcess({ named, hookPid, known }: HostQuestion): HostProcess | null {
  const namespace = processesPlace()
  if (namespace === undefined) return null
  const started = named === undefined ? undefined : processStart(named)
  if (named !== undefined && started !== undefined) return { pid: named, started, namespace }
  const ancestors = ancestorsOf(hookPid)
  const nearest = chooseHostAncestor(ancestors)
  const host = nearest && isOneOff(nearest, hookPid, known) ? above(nearest, ancestors) : nearest
  return host === undefined ? null : { pid: host.pid, started: host.start, namespace }
}

/** A program between the host and this one hook (a version manager, `npx`): it ends with the hook, the session does not. */
function isOneOff(ancestor: Ancestor, hookPid: number, known: HostQuestion['known']): boolean {
  if (known === undefined || (known.pid === ancestor.pid && known.started === ancestor.start)) return false
  const ticks = (start: string | undefined): number => Number((start ?? '').split('-')[0])
  return ticks(processStart(hookPid)) - ticks(ancestor.start) < YOUNG_TICKS
}

function above(nearest: Ancestor, ancestors: readonly Ancestor[]): Ancestor | undefined {
  return chooseHostAncestor(ancestors.slice(ancestors.indexOf(nearest) + 1)) ?? nearest
}
