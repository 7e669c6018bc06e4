import type { HostProcess } from '@rally/core/moments'
import { chooseHostAncestor } from './host-ancestor.js'
import { ancestorsOf, isProcessAlive, processStart } from './processes.js'

/**
 * The process of the host program: the one that the host names, else the nearest ancestor that is no shell. Null where that
 * cannot be told without starting a program, and for a child of the first process: a daemon that outlives its sessions.
 */
export function findHostProcess(named: number | undefined, hookPid: number): HostProcess | null {
  if (named !== undefined) {
    const started = processStart(named)
    if (started !== undefined) return isDaemon(named) ? null : { pid: named, started }
  }
  const host = chooseHostAncestor(ancestorsOf(hookPid))
  return host === undefined || isDaemon(host.pid) ? null : { pid: host.pid, started: host.start }
}

/** Whether the process still runs. */
export function isRunning({ pid, started }: HostProcess): boolean {
  return isProcessAlive(pid, started)
}

function isDaemon(pid: number): boolean {
  return ancestorsOf(pid)[0]?.pid === 1
}
