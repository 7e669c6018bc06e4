import { RallyError } from '@rally/core/errors'
import type { FoundHost } from '@rally/core/ports/host'
import { hasHookFiles } from '@rally/core/rules/host/has-hook-files'
import type { InstallableHost, Surroundings } from '@rally/installer'
import { existingFolders } from '../plugins/host-folders.js'

/**
 * The hosts that a command means: those named, else those for which `wanted` holds. Dashes in ids count as underscores.
 * Throws HOST_UNKNOWN, PLUGIN_REFUSED for a named host whose plugin cannot be used.
 */
export function chooseHosts(
  found: readonly FoundHost[],
  named: readonly string[],
  wanted: (host: InstallableHost) => boolean = () => true,
): InstallableHost[] {
  if (named.length === 0) return found.flatMap((host) => usable(host)).filter(wanted)
  return [...new Set(named.map((name) => name.replaceAll('-', '_')))].map((id) => {
    const host = found.find((one) => one.id === id && one.adapter) ?? found.find((one) => one.id === id)
    if (!host) throw new RallyError('HOST_UNKNOWN', { host: id, hint: hintFor(found) })
    const [usableHost] = usable(host)
    if (!usableHost) throw new RallyError('PLUGIN_REFUSED', { plugin: host.plugin, reason: host.refusal })
    return usableHost
  })
}

/** Whether the host shows in this repository, in the home folder, or because the command runs inside of it. */
export function isDetected({ adapter }: InstallableHost, { repoRoot, home, env }: Surroundings): boolean {
  return adapter.identify(env) !== undefined || existingFolders(adapter, { repoRoot, home, env }).length > 0
}

/** A host whose hooks can be installed, for advice. */
export function exampleHost(found: readonly (InstallableHost | FoundHost)[]): string | undefined {
  return found.find(({ adapter }) => adapter !== undefined && hasHookFiles(adapter))?.adapter?.id
}

function usable({ adapter, root }: FoundHost): InstallableHost[] {
  return adapter ? [{ adapter, root }] : []
}

function hintFor(found: readonly FoundHost[]): string {
  const ids = [...new Set(found.map((host) => host.id))]
  return ids.length === 0 ? 'no host plugin is installed: rally plugins shows what is' : `known here: ${ids.join(', ')}`
}
