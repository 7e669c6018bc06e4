import type { StartedRun } from '@rally/core/ports/run-identity'

export function toJson(run: StartedRun, sessionId: string): StartedRun & { action: string; session_id: string } {
  return { ...run, action: run.resumed ? 'run-resumed' : 'run-started', session_id: sessionId }
}

/** Its id, label and worktree, a line each. */
export function toText(run: StartedRun): string {
  const word = run.resumed ? 'resumed' : 'started'
  return [`${word} ${run.build_loop_id}`, run.build_loop_run_label, run.run_worktree_path].filter(Boolean).join('\n')
}
