import type { JsonObject } from '../readers.js'
import type { HookFileDialect, HookScope } from './host-files.js'

/** A value that the host reads from one of its files: `at` is set to it, or, with `list`, it is added to the list there. */
export interface HostMcpSetting {
  readonly scope: HookScope
  readonly path: string
  readonly homeVariable?: string
  readonly rootVariable?: string
  readonly dialect: HookFileDialect
  /** Content of a file that does not exist yet. */
  readonly empty: string
  /** `server`: how rally's server is started. `permission`: that agents may use its tools without a question each time. */
  readonly purpose: 'server' | 'permission'
  readonly at: readonly string[]
  readonly value: JsonObject | string
  readonly list?: boolean
}

/** How the host's agents reach rally by the Model Context Protocol instead of by commands. */
export interface HostMcp {
  /** Key of the `_meta` of a tool call that holds the id of the calling session; without it hooks and ancestors tell. */
  readonly sessionKey?: string
  /** What `rally hooks install --mcp` writes. */
  readonly settings: readonly HostMcpSetting[]
  /** Steps that only the user can take, in the host's own words. */
  readonly steps?: readonly string[]
  /** Names of processes that read the files only at their start. */
  readonly restart?: readonly string[]
}
