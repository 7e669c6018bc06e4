import type { HookInspection } from '@rally/core/ports/hook-inspection'
import type { Hosts } from '@rally/core/ports/host'
import type { Env } from '@rally/local/system/user-dirs'
import { makeSurroundings } from './make-surroundings.js'
import { findSilence } from './silenced.js'

export interface HookInspectionParts {
  readonly env: Env
  readonly hosts: Hosts
}

/** The hook-inspection port. The installer, with its editors, is loaded when it is first asked. */
export function createHookInspection({ env, hosts }: HookInspectionParts): HookInspection {
  return {
    async inspect(repoRoot) {
      const [{ inspectHost }, found] = await Promise.all([import('@rally/installer/inspect-hosts'), hosts.list()])
      const silenced = findSilence(env, repoRoot)?.reason
      const surroundings = makeSurroundings(env, repoRoot)
      const states = found.flatMap(({ id, adapter, root }) => {
        if (!adapter) return []
        return [[id, inspectHost({ adapter, root }, { surroundings, silenced }).state] as const]
      })
      return Object.fromEntries(states)
    },
  }
}
