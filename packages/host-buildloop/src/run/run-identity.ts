import { randomInt } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { RunIdentity } from '@rally/core/model/run-identity'
import type { RunIdentityPort, RunIdentityTools } from '@rally/core/ports/run-identity'
import { makeFolder } from '@rally/files/make-folder'
import { provisionWorktree } from './provision-worktree.js'
import { failure } from './run-failure.js'
import { runLabel } from './run-label.js'
import { isObject, type JsonObject, readState, writeState } from './state-file.js'
import { withStateLock } from './state-lock.js'
import { STATE_FILE, stateRoots, staysInside } from './state-paths.js'

/** So many earlier executions without an id are remembered. */
const HISTORY = 10
const ID_ATTEMPTS = 5

/** The run's record in the state file (protocol section 11). */
export interface Execution {
  readonly build_loop_id: string
  readonly started_at: string
  readonly started_by_tool: string
  readonly started_by_session_id: string
  readonly current_session_id: string
  readonly run_label: string
  /** The run's own worktree, absolute, and its branch; only when one was asked for at the start. */
  readonly run_worktree_path?: string
  readonly run_worktree_branch?: string
}

export interface GenerateRequest {
  readonly workdir: string
  readonly tool: string
  readonly sessionId: string
  /** Give a run that is started (not one that is resumed) a worktree of its own; without it there is no run. */
  readonly provisionWorktree?: boolean | undefined
  /** How git is called; needed for a worktree only. */
  readonly git?: RunIdentityTools['git'] | undefined
  /** For tests; default the wall clock. */
  readonly now?: () => Date
}

/** The execution that counts for a workdir: the first of its roots whose state names a run. */
function findExecution(workdir: string): { root: string; execution: JsonObject } | undefined {
  const roots = stateRoots(workdir)
  for (const root of roots) {
    if (!staysInside(join(root, STATE_FILE), roots)) continue
    const read = readState(join(root, STATE_FILE))
    const execution = read.kind === 'state' ? read.state.execution : undefined
    if (isObject(execution) && typeof execution.build_loop_id === 'string' && execution.build_loop_id !== '')
      return { root, execution }
  }
  return undefined
}

/** The run identity as records carry it; fields that the state lacks are null. */
export function readRunIdentity(workdir: string): RunIdentity | undefined {
  const found = findExecution(workdir)
  if (!found) return undefined
  const field = (value: unknown) => (typeof value === 'string' ? value : null)
  return {
    build_loop_id: field(found.execution.build_loop_id),
    build_loop_started_at: field(found.execution.started_at),
    build_loop_run_label: field(found.execution.run_label),
  }
}

/**
 * Resumes the run of a workdir, or starts one in the main checkout, under a lock that all worktrees share. A damaged state
 * file is refused with STATE_CORRUPT and kept.
 */
export function generateOrResume(request: GenerateRequest): Execution & { readonly resumed: boolean } {
  const roots = stateRoots(request.workdir)
  const shared = roots.at(-1) ?? request.workdir
  for (const path of WRITTEN) refuseOutside(join(shared, path), roots)
  for (const root of roots) refuseOutside(join(root, STATE_FILE), roots)
  return withStateLock(join(shared, `${STATE_FILE}.lock`), () => {
    for (const root of roots) {
      const path = join(root, STATE_FILE)
      const read = readState(path)
      if (read.kind === 'corrupt') {
        throw failure(
          'STATE_CORRUPT',
          { path, reason: read.reason },
          `${path} is damaged and was left as it is: ${read.reason}`,
        )
      }
    }
    const found = findExecution(request.workdir)
    return found ? resume(join(found.root, STATE_FILE), request) : start(shared, request)
  })
}

/** What a run writes to, below the main checkout. */
const WRITTEN = [`${STATE_FILE}.lock`, join('.build-loop', 'runs', 'x'), join('.build-loop', 'worktrees', 'x')]

function refuseOutside(path: string, roots: readonly string[]): void {
  if (staysInside(path, roots)) return
  const reason = `${path} leads out of the repository by a link`
  throw failure('NOT_STORED', { what: 'run identity', reason }, `the run identity was not stored: ${reason}`)
}

function save(path: string, state: JsonObject): void {
  try {
    writeState(path, state)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw failure('NOT_STORED', { what: 'run identity', reason }, `the run identity was not stored: ${reason}`)
  }
}

function stateOf(path: string): JsonObject {
  const read = readState(path)
  return read.kind === 'state' ? read.state : {}
}

function resume(path: string, request: GenerateRequest): Execution & { resumed: boolean } {
  const state = stateOf(path)
  const execution: JsonObject = {
    ...(isObject(state.execution) ? state.execution : {}),
    current_session_id: request.sessionId,
  }
  save(path, { ...state, execution })
  return { ...(execution as unknown as Execution), resumed: true }
}

function start(root: string, request: GenerateRequest): Execution & { resumed: boolean } {
  const path = join(root, STATE_FILE)
  // Phase and triggers belong to the run that ended; everything else in the file is somebody else's.
  const { phase: _phase, triggers: _triggers, execution: leftover, ...kept } = stateOf(path)
  const execution = newExecution(root, request)
  const worktree =
    request.provisionWorktree === true ? provisionWorktree(root, execution.build_loop_id, request.git) : {}
  const history = Array.isArray(kept.historicalExecutions) ? kept.historicalExecutions : []
  const historicalExecutions = leftover === undefined ? undefined : [...history, leftover].slice(-HISTORY)
  save(path, {
    ...kept,
    ...(historicalExecutions ? { historicalExecutions } : {}),
    execution: { ...execution, ...worktree },
  })
  return { ...execution, ...worktree, resumed: false }
}

function newExecution(root: string, { tool, sessionId, now }: GenerateRequest): Execution {
  const time = now?.() ?? new Date()
  const safeTool = tool.trim().replace(/[^A-Za-z0-9_.-]+/g, '_') || 'unknown'
  const started_at = isoMicros(time)
  const build_loop_id = newId(root, safeTool, time)
  return {
    build_loop_id,
    started_at,
    started_by_tool: safeTool,
    started_by_session_id: sessionId,
    current_session_id: sessionId,
    run_label: runLabel(safeTool, build_loop_id, started_at),
  }
}

/** `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`: microseconds only when there are any, as the existing system writes it. */
function isoMicros(time: Date): string {
  const iso = time.toISOString()
  return time.getUTCMilliseconds() === 0 ? iso.replace('.000Z', 'Z') : iso.replace('Z', '000Z')
}

/** An id whose run folder is not taken; the folder is made with it, so that no other run gets the same. */
function newId(root: string, tool: string, time: Date): string {
  const stamp = time.toISOString().replace(/[-:]|\.\d+/g, '')
  const runs = join(root, '.build-loop', 'runs')
  let id = ''
  for (let attempt = 0; attempt < ID_ATTEMPTS; attempt++) {
    id = `bl-${stamp}-${tool}-${String(randomInt(1_000_000)).padStart(6, '0')}`
    if (!statSync(join(runs, id), { throwIfNoEntry: false })) break
  }
  try {
    makeFolder(join(runs, id))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw failure('NOT_STORED', { what: 'run identity', reason }, `the run identity was not stored: ${reason}`)
  }
  return id
}

/** The run-identity port, for rally's composition root. */
export function createRunIdentity({ git }: Partial<RunIdentityTools> = {}): RunIdentityPort {
  return {
    async read(workdir) {
      return readRunIdentity(workdir)
    },
    async generateOrResume(request) {
      const execution = generateOrResume({ ...request, git })
      const { build_loop_id, started_at, run_label, resumed, run_worktree_path: path, run_worktree_branch } = execution
      return {
        build_loop_id,
        build_loop_started_at: started_at,
        build_loop_run_label: run_label,
        resumed,
        ...(path === undefined ? {} : { run_worktree_path: path, run_worktree_branch: run_worktree_branch ?? null }),
      }
    },
  }
}
