import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { HostAdapter } from '@rally/core/ports/host'
import { type FileInspection, locateFile, type Surroundings } from '@rally/installer'
import { findOnPath } from '../doctor/checks/version.js'
import { findRunningPrograms } from './running-programs.js'

/** A host that ran after its hooks were installed, none of which did. */
export interface NeverRan {
  /** What was seen. */
  readonly message: string
  readonly fix: string
  /** `certain`: the host's own PATH shows why. */
  readonly certain: boolean
}

/** A call of a hook, as the journal has it; `t` in seconds. */
interface Call {
  readonly host: string
  readonly t: number
}

/** Sessions lie that deep below the folders of a host. */
const DEEPEST = 4
/** So many files are looked at. */
const MOST = 2_000
/** What a hook needs on PATH. */
const NEEDED = ['node', 'rally-hook'] as const

/**
 * Whether the host ran here since the hooks of that file were written, without any of them. The environment of a running program
 * shows the usual cause; a session that is over leaves only the guess.
 */
export function findNeverRan(
  { id, title, traces }: HostAdapter,
  { file, calls, surroundings }: { file: FileInspection; calls: readonly Call[]; surroundings: Surroundings },
): NeverRan | undefined {
  const written = modified(file.path)
  if (traces === undefined || written === undefined) return undefined
  const last = Math.max(0, ...calls.flatMap(({ host, t }) => (host === id ? [t * 1000] : [])))
  for (const { name, pid } of findRunningPrograms(traces.programs, process.pid)) {
    const started = modified(`/proc/${pid}`)
    if (started === undefined || started < written || last > started || !isHere(pid, surroundings.repoRoot)) continue
    const path = pathOf(pid)
    const missing = path === undefined ? [] : NEEDED.filter((program) => !findOnPath(program, { PATH: path }))
    if (missing.length === 0) continue
    return {
      message: `${title}: ${name} (process ${pid}) was started with a PATH without ${missing.join(' and ')}, so none of its hooks runs`,
      fix: `start ${name} from a shell in which this finds something: command -v ${missing.join(' ')}`,
      certain: true,
    }
  }
  if (last > written || newest(traces, surroundings) <= written) return undefined
  return {
    message: `${title}: it ran since its hooks were installed, and none of them did; most likely its PATH has no node or no rally-hook`,
    fix: 'rally hooks verify; then start it from a shell in which this finds both: command -v node rally-hook',
    certain: false,
  }
}

function modified(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs
}

function isHere(pid: number, repoRoot: string | undefined): boolean {
  try {
    const cwd = readlinkSync(`/proc/${pid}/cwd`)
    return repoRoot === undefined || cwd === repoRoot || cwd.startsWith(`${repoRoot}/`)
  } catch {
    return false
  }
}

/** PATH as a process was started with it, absolute folders alone; undefined where the system does not show it. */
function pathOf(pid: number): string | undefined {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
    const path = variables.find((pair) => pair.startsWith('PATH='))?.slice('PATH='.length)
    return path
      ?.split(delimiter)
      .filter((folder) => folder.startsWith('/'))
      .join(delimiter)
  } catch {
    return undefined
  }
}

/** When anything below the folders of the host's sessions was last changed; 0 when nothing is there. */
function newest({ folders }: NonNullable<HostAdapter['traces']>, surroundings: Surroundings): number {
  let left = MOST
  const walk = (path: string, depth: number): number => {
    const time = left-- > 0 ? (modified(path) ?? 0) : 0
    return depth === 0 ? time : Math.max(time, ...namesIn(path).map((name) => walk(join(path, name), depth - 1)))
  }
  return Math.max(
    0,
    ...folders.map((folder) => walk(locateFile({ ...folder, scope: 'user' }, surroundings) ?? '', DEEPEST)),
  )
}

/** Newest names first: sessions are filed by date. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort().reverse().slice(0, MOST)
  } catch {
    return []
  }
}
