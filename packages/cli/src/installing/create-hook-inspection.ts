import type { ConfigurationPort } from '@rally/core/ports/configuration'
import type { HookInspection } from '@rally/core/ports/hook-inspection'
import type { Hosts } from '@rally/core/ports/host'
import type { Env } from '@rally/local/system/user-dirs'
import { makeSurroundings } from './make-surroundings.js'
import { findSilence } from './silenced.js'

export interface HookInspectionParts {
  readonly env: Env
  readonly hosts: Hosts
  readonly configuration: ConfigurationPort
}

/** The hook-inspection port. The installer, with its editors, is loaded when it is first asked. */
export function createHookInspection({ env, hosts, configuration }: HookInspectionParts): HookInspection {
  return {
    async inspect(repoRoot) {
      const [{ inspectHost }, found, silenced] = await Promise.all([
        import('@rally/installer'),
        hosts.list(),
        findSilence({ env, configuration, repoRoot }),
      ])
      const surroundings = makeSurroundings(env, repoRoot)
      const states = found.flatMap(({ id, adapter, root }) => {
        if (!adapter) return []
        return [[id, inspectHost({ adapter, root }, { surroundings, silenced }).state] as const]
      })
      return Object.fromEntries(states)
    },
  }
}
