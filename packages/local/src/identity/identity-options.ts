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
   * Ids of the live sessions of a tool in the working tree of a folder, for a host whose shell says which host it is but
   * not which session. Empty where there is no room.
   */
  readonly liveSessions?: (tool: string, cwd: string) => Promise<readonly string[]>
  /** Where hooks remember ancestors; `stateDir(env)` unless given. */
  readonly stateDir?: string
  /** Epoch seconds. */
  readonly now: () => number
  /** The login name of the person; what the system says unless given. */
  readonly user?: () => string
}
