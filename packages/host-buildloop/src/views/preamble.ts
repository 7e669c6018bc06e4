import type { StartedRun } from '@rally/core/ports/run-identity'
import type { SessionContext } from '@rally/core/usecases/context'
import { renderReactions } from '../command-line/render-checkpoint.js'
import type { PreambleOutput } from '../outputs/buildloop-preamble.js'

export function toJson(
  run: StartedRun,
  { phase, checkpoint }: Pick<PreambleOutput, 'phase' | 'checkpoint'>,
  { channel, session }: Pick<SessionContext, 'channel' | 'session'>,
): PreambleOutput {
  return {
    action: run.resumed ? 'run-resumed' : 'run-started',
    ...run,
    app_slug: channel.app,
    session_id: session.sessionId,
    tool: session.tool,
    phase,
    checkpoint,
  }
}

/** The run, its worktree where it has one, and what to do about what changed. */
export function toText(run: StartedRun, checkpoint: Parameters<typeof renderReactions>[0]): string {
  const tree = run.run_worktree_path === undefined ? [] : [`work in ${run.run_worktree_path}`]
  const word = run.resumed ? 'resumed' : 'started'
  return [`${word} ${run.build_loop_id}`, ...tree, ...renderReactions(checkpoint)].join('\n')
}
