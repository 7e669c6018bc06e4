import type { HookScope } from '@rally/core/ports/host'
import { holdsOurs } from './holds-ours.js'
import { type InstallableHost, mcpTasksOf } from './host-tasks.js'
import type { FileInspection } from './inspection.js'
import type { Surroundings } from './surroundings.js'

const SCOPES: readonly HookScope[] = ['project', 'local', 'user']

/** Whether the host knows rally's server, and whether its agents may use it; nothing where neither stands anywhere. */
export function inspectMcp(host: InstallableHost, surroundings: Surroundings): FileInspection[] {
  const { id, title } = host.adapter
  return SCOPES.flatMap((scope): FileInspection[] => {
    const tasks = mcpTasksOf(host, scope, surroundings).map((one) => ({
      ...one,
      isThere: holdsOurs(one.task) === true,
    }))
    const server = tasks.find(({ setting }) => setting.purpose === 'server')
    const missing = tasks.filter((one) => !one.isThere)
    if (server === undefined || missing.length === tasks.length) return []
    // Into the user's own files is where it goes without a scope.
    const cure = `rally hooks install --host ${id} --mcp${scope === 'user' ? '' : ` --scope ${scope}`}`
    const without = server.isThere
      ? `${title} asks before each tool of it, or refuses it: ${cure}`
      : `its tools are allowed, but ${title} does not know the server any more: ${cure}`
    const state = missing.length === 0 ? 'installed' : 'stale'
    const notes = missing.length === 0 ? [] : [without]
    return [{ host: id, kind: 'mcp', scope, path: server.task.path, state, events: [], notes }]
  })
}
