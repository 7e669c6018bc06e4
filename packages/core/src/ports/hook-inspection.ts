import type { HookState } from '../model/hook-states.js'

/** Whether the hooks of each host are in place, from its configuration files. */
export interface HookInspection {
  /** State per host id. Reads configuration files only; never throws. */
  inspect(repoRoot: string): Promise<Readonly<Record<string, HookState>>>
}
