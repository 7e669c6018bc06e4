import type { HookState } from '@rally/core/model/hook-states'
import type { HostAdapter } from '@rally/core/ports/host'
import { hasHookFiles } from '@rally/core/rules/host/has-hook-files'
import type { OwnPlugin } from './host-files.js'
import { type InstallableHost, tasksOf } from './host-tasks.js'
import { inspectConfigFile } from './inspect-config-file.js'
import { inspectConsents } from './inspect-consents.js'
import { inspectMcp } from './inspect-mcp.js'
import { inspectPlacedFile } from './inspect-placed-file.js'
import type { FileInspection } from './inspection.js'
import { obstaclesOf, readStanding, type Silenced, type Standing } from './obstacles.js'
import type { Surroundings } from './surroundings.js'

export interface HostInspectionResult {
  readonly host: string
  readonly title: string
  readonly state: HookState
  readonly files: readonly FileInspection[]
  readonly notes: readonly string[]
  /** Those of `notes` that say that hooks run twice. */
  readonly twice: readonly string[]
}

export interface InspectOptions {
  readonly surroundings: Surroundings
  /** Why no hook of rally does anything here (a kill switch, `rally-hook` is not on PATH); undefined when they do. */
  readonly silenced?: Silenced | undefined
}

/**
 * The same with what stands beside the hooks: which commands agents may type, and the server. The files that say it are the host's
 * own and may be long, so they are read where somebody wants to see them.
 */
export function inspectHost(host: InstallableHost, options: InspectOptions): HostInspectionResult {
  const { surroundings } = options
  const result = inspectHooks(host, options)
  const present = result.files.find((file) => file.kind !== 'text' && isPresent(file))
  const beside = [...inspectConsents(host, present?.scope, surroundings), ...inspectMcp(host, surroundings)]
  return { ...result, files: [...result.files, ...beside] }
}

/** How rally's hooks stand in a host, and whether it would run them: reads files only, never throws. */
export function inspectHooks(host: InstallableHost, options: InspectOptions): HostInspectionResult {
  const { adapter } = host
  const { surroundings } = options
  const standing = readStanding(adapter, options)
  const files = [
    ...tasksOf(host, undefined, surroundings).map((item) =>
      item.kind === 'hooks'
        ? inspectConfigFile(item, { standing, surroundings })
        : inspectPlacedFile(item, { standing, surroundings }),
    ),
    ...standing.plugins.map((plugin) => inspectPlugin(adapter, plugin, standing)),
  ]
  const hooks = files.filter((file) => file.kind !== 'text')
  const present = hooks.filter(isPresent)
  const state = ORDER.find((one) => hooks.some((file) => file.state === one)) ?? 'unknown'
  const twice = twiceOf(adapter, hooks)
  const none = hasHookFiles(adapter) ? [] : [`${adapter.title} has no file for hooks: it calls rally-hook itself`]
  const notes = [...none, ...twice, ...(present.length > 0 ? standing.notes : [])]
  return { host: adapter.id, title: adapter.title, state, files, notes, twice }
}

/** Of two scopes the better one counts: one set of hooks that fires is enough. */
const ORDER: readonly HookState[] = ['installed', 'untrusted', 'off', 'shadowed', 'stale', 'unknown', 'absent']

function isPresent({ state }: FileInspection): boolean {
  return state !== 'absent' && state !== 'unknown'
}

function twiceOf(adapter: HostAdapter, hooks: readonly FileInspection[]): string[] {
  const plugin = hooks.find(({ kind }) => kind === 'plugin')
  const present = hooks.filter((file) => file.kind === 'hooks' && isPresent(file))
  const [first] = present
  if (plugin !== undefined && first !== undefined) {
    const undo = `rally hooks uninstall --host ${adapter.id} --scope ${first.scope}`
    return [`${adapter.title} runs the hooks of ${plugin.path} as well, so that each runs twice: ${undo}`]
  }
  if (present.length < 2 || adapter.runner?.duplicates !== 'twice') return []
  return [
    `installed in both scopes, and ${adapter.title} runs both: take one out with rally hooks uninstall --host ${adapter.id} --scope user`,
  ]
}

/** Hooks that a plugin of the host's own brings. */
function inspectPlugin({ id, title }: HostAdapter, plugin: OwnPlugin, standing: Standing): FileInspection {
  const obstacles = obstaclesOf(standing, plugin.path).filter(({ events }) => events === undefined)
  const state = obstacles.length === 0 ? 'installed' : obstacles.some(({ kind }) => kind === 'off') ? 'off' : 'shadowed'
  const notes = [`${title} has them from its own plugin ${plugin.name}`, ...obstacles.map(({ reason }) => reason)]
  const events = plugin.events.map((event) => ({ event, state: 'installed' }) as const)
  return { host: id, kind: 'plugin', scope: 'user', path: plugin.path, state, events, notes, obstacles }
}
