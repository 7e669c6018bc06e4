import type { HookConfigFile, HostAdapter } from '@rally/core/ports/host'
import type { InstallableHost } from '../../src/host-tasks.js'

/** A host that has these files and nothing else to it. */
export function makeHost(
  id: string,
  files: readonly HookConfigFile[],
  more: Partial<HostAdapter> = {},
  root = '/nowhere',
): InstallableHost {
  const adapter: HostAdapter = {
    api: 1,
    id,
    title: id.toUpperCase(),
    capabilities: { moments: [], context: [], deny: false, textLimit: 1_000, timeoutUnit: 's', children: false },
    configFiles: files,
    textFiles: [],
    identify: () => undefined,
    parse: () => undefined,
    render: () => ({ stdout: '' }),
    ...more,
  }
  return { adapter, root }
}
