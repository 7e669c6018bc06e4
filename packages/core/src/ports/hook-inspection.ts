import type { HookState } from '../model/hook-states.js'

export interface HookInspection {
  /** State per host id. Reads configuration files only; never throws. */
  inspect(repoRoot: string): Promise<Readonly<Record<string, HookState>>>
}
