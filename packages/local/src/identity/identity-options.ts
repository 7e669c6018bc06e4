import type { Env } from '../system/user-dirs.js'
import type { HostIdentifier } from './host-clues.js'

/** What has to be known to find out who is asking. */
export interface IdentityOptions {
  readonly env: Env
  /** The folder that commands are called in. */
  readonly cwd: string
  /** Name of this machine. */
  readonly machine: string
  /** This process. */
  readonly pid: number
  /** The hosts whose plugins were found; asked for only when flags and variables leave a question. */
  readonly hosts: () => Promise<readonly HostIdentifier[]>
  /**
   * What a session that names only its id is taken for (the defaults of the existing system's flags). The tool's name is the
   * caller's business: no host's name is known here.
   */
  readonly defaults: { readonly tool: string; readonly model: string; readonly runId: string }
  /**
   * Ids of the live sessions of a tool in the working tree of a folder, for a host whose shell says which host it is but
   * not which session. Empty where there is no room.
   */
  readonly liveSessions?: (tool: string, cwd: string) => Promise<readonly string[]>
  /** Where hooks remember ancestors; `stateDir(env)` unless given. */
  readonly stateDir?: string
  /** Epoch seconds. */
  readonly now: () => number
}
