import type { RunIdentity } from '../model/run-identity.js'

/** A run that was started, or that was there and goes on (`resumed`). */
export interface StartedRun extends RunIdentity {
  readonly resumed: boolean
  /** The run's own worktree (absolute) and its branch, when it has one. */
  readonly run_worktree_path?: string
  readonly run_worktree_branch?: string | null
}

/**
 * What rally hands to the factory of this port. A plugin does not call git itself: rally does, so that nothing is started
 * that the repository names.
 */
export interface RunIdentityTools {
  /** Runs git to its end in a folder, on the repository of that folder; `code` is null when it did not run. */
  git(args: readonly string[], cwd: string): { readonly code: number | null; readonly stderr: string }
}

/** The durable run, apart from sessions and from producer metadata. Supplied by a plugin; may be absent. */
export interface RunIdentityPort {
  /** The run of a working directory, or undefined when none was started there. Never throws for a damaged file. */
  read(workdir: string): Promise<RunIdentity | undefined>
  /**
   * Resume the run of this workdir or start one; concurrency-safe, one id for all worktrees of a repository.
   * Throws RallyError STATE_CORRUPT (the file is kept) or NOT_STORED.
   */
  generateOrResume(request: {
    workdir: string
    tool: string
    sessionId: string
    /** Give a run that is started a worktree of its own, or fail. */
    provisionWorktree?: boolean | undefined
  }): Promise<StartedRun>
}
