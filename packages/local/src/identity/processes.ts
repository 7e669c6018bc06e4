import { readFileSync, readlinkSync } from 'node:fs'

/** A process and when it started: the pair names a process for good, a number alone is used again. */
export interface ProcessRef {
  readonly pid: number
  /** Opaque; equal for one process only. */
  readonly start: string
}

export interface Ancestor extends ProcessRef {
  /** The program's name as the kernel keeps it (at most 15 bytes). */
  readonly name: string
}

interface Stat {
  readonly name: string
  readonly state: string
  readonly ppid: number
  readonly ticks: string
}

const MAX_ANCESTORS = 64

/**
 * The start of a process, or undefined where it is gone or cannot be told without running a program (macOS): ticks since
 * boot, and the boot, so that a pair kept in a file does not match a process after a restart.
 */
export function processStart(pid: number): string | undefined {
  const stat = readStat(pid)
  return stat && startOf(stat, bootId())
}

/**
 * Whether a process that was seen with this start still runs. Without a start, or where starts cannot be read, only
 * whether the number is in use. A process that has ended but was not collected by its parent does not run.
 */
export function isProcessAlive(pid: number, start?: string): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  if (process.platform !== 'linux') return answersSignal(pid)
  const stat = readStat(pid)
  if (!stat || stat.state === 'Z' || stat.state === 'X') return false
  if (start === undefined) return true
  return start.startsWith(`${stat.ticks}-`) && start === startOf(stat, bootId())
}

/**
 * Names the place in which the numbers of processes count as this process sees them: its pid namespace. Undefined where the
 * process table cannot be read, or is that of another namespace (mounted from outside).
 */
export function processesPlace(): string | undefined {
  place ??= readPlace()
  return place ?? undefined
}

let place: string | null | undefined

function readPlace(): string | null {
  if (process.platform !== 'linux') return null
  try {
    if (readlinkSync('/proc/self') !== String(process.pid)) return null
    return /^pid:\[(\d+)\]$/.exec(readlinkSync('/proc/self/ns/pid'))?.[1] ?? null
  } catch {
    return null
  }
}

/** Whether a start was recorded in this boot of the system. */
export function isSameBoot(start: string): boolean {
  const boot = bootId()
  return boot !== undefined && start.endsWith(`-${boot}`)
}

/**
 * What became of a process of this place that was seen with this start. `unknown` where the number is in use and the system
 * does not show by whom (processes of others can be hidden).
 */
export function stateOfProcess(pid: number, start: string): 'runs' | 'gone' | 'unknown' {
  const stat = readStat(pid)
  if (!stat) return answersSignal(pid) ? 'unknown' : 'gone'
  if (stat.state === 'Z' || stat.state === 'X') return 'gone'
  return start.startsWith(`${stat.ticks}-`) ? 'runs' : 'gone'
}

/** The ancestors of a process, nearest first, up to the first process of the system. Empty where /proc is not there. */
export function ancestorsOf(pid: number): Ancestor[] {
  const ancestors: Ancestor[] = []
  let parent = readStat(pid)?.ppid ?? 0
  const boot = parent > 0 ? bootId() : undefined
  while (parent > 0 && ancestors.length < MAX_ANCESTORS) {
    const stat = readStat(parent)
    if (!stat) break
    ancestors.push({ pid: parent, name: stat.name, start: startOf(stat, boot) })
    parent = stat.ppid
  }
  return ancestors
}

/** `/proc/<pid>/stat` as proc(5) describes it; the name is in brackets and may hold brackets and blanks itself. */
export function parseStat(text: string): Stat | undefined {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open < 0 || close < open) return undefined
  const fields = text.slice(close + 2).split(' ')
  const [state, ppid] = fields
  const ticks = fields[19]
  if (!state || !ticks || !/^\d+$/.test(ticks)) return undefined
  return { name: text.slice(open + 1, close), state, ppid: Number(ppid), ticks }
}

function readStat(pid: number): Stat | undefined {
  if (process.platform !== 'linux' || !Number.isSafeInteger(pid) || pid <= 0) return undefined
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return undefined
  }
}

function startOf(stat: Stat, boot: string | undefined): string {
  return `${stat.ticks}-${boot ?? 'unknown'}`
}

let boot: string | null | undefined

/** The same as long as this process runs. */
function bootId(): string | undefined {
  boot ??= readBootId()
  return boot ?? undefined
}

function readBootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8)
  } catch {
    return null
  }
}

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
