import type { HookState } from '@rally/core/model/hook-states'
import type { HookObstacle, HookScope } from '@rally/core/ports/host'
import type { Refusal } from './refusal.js'

export interface EventInspection {
  readonly event: string
  readonly state: 'installed' | 'stale' | 'absent' | 'double'
}

/** How rally's part stands in one file. */
export interface FileInspection {
  readonly host: string
  /** `plugin`: hooks that a plugin of the host's own brings. `allow`: rules that let agents type rally's commands. `mcp`: rally's server. */
  readonly kind: 'hooks' | 'text' | 'plugin' | 'allow' | 'mcp'
  readonly scope: HookScope
  readonly path: string
  readonly state: HookState
  readonly events: readonly EventInspection[]
  /** What is wrong and what to do about it, one sentence each. */
  readonly notes: readonly string[]
  readonly refusal?: Refusal
  /** Why the host does not run what stands there. */
  readonly obstacles?: readonly HookObstacle[]
}
