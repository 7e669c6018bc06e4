import fs from 'node:fs'
import { basename } from 'node:path'
import type { HostProcess } from '@rally/core/moments'

/** Programs between a host and its hook: never the host itself. */
const BETWEEN =
  /^(?:sh|bash|dash|ash|zsh|fish|ksh|mksh|busybox|env|timeout|nice|nohup|stdbuf|setsid|strace|ltrace|time|xargs|sudo|su|doas|rally-hook|rally)$/
const MOST_ANCESTORS = 12

interface ProcessFacts {
  readonly name: string
  readonly parent: number
  readonly tty: number
  readonly started: string
}

/** Facts of a process from /proc; undefined where there is no /proc, null when there is no such process. */
function processFacts(pid: number): ProcessFacts | null | undefined {
  let stat: string
  try {
    stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return fs.existsSync('/proc/self/stat') ? null : undefined
  }
  // The name stands in parentheses and may hold anything, blanks and parentheses too.
  const close = stat.lastIndexOf(')')
  const fields = stat.slice(close + 2).split(' ')
  const started = fields[19]
  if (started === undefined) return undefined
  return {
    name: basename(stat.slice(stat.indexOf('(') + 1, close)),
    parent: Number(fields[1]),
    tty: Number(fields[4]),
    started,
  }
}

/**
 * The process of the host program: the one that the host names, else the nearest ancestor that is no shell and no wrapper.
 * Null when it cannot be told, and for a daemon (child of init without a terminal): it outlives its sessions.
 */
export function findHostProcess(named: number | undefined, parentPid: number): HostProcess | null {
  if (named !== undefined) {
    const facts = processFacts(named)
    if (facts) return isDaemon(facts) ? null : { pid: named, started: facts.started }
  }
  let pid = parentPid
  for (let step = 0; step < MOST_ANCESTORS && pid > 1; step++) {
    const facts = processFacts(pid)
    if (!facts) return null
    if (!BETWEEN.test(facts.name)) return isDaemon(facts) ? null : { pid, started: facts.started }
    pid = facts.parent
  }
  return null
}

/** Whether the process still runs; undefined where that cannot be told without starting a program. */
export function isRunning({ pid, started }: HostProcess): boolean | undefined {
  const facts = processFacts(pid)
  return facts === undefined ? undefined : facts !== null && facts.started === started
}

function isDaemon(facts: ProcessFacts): boolean {
  return facts.parent === 1 && facts.tty === 0
}
