import type { RunIdentity } from '../model/run-identity.js'

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
  }): Promise<RunIdentity & { resumed: boolean }>
}
