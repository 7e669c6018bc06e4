import type { HookState } from '@rally/core/model/hook-states'
import type { FoundHost, HookScope } from '@rally/core/ports/host'
import { changeHosts, type HostFileChange, type InstallableHost, inspectHooks } from '@rally/installer'
import type { Rally } from '../rally.js'
import { endBetweenSteps } from '../streaming.js'
import { makeSurroundings } from './make-surroundings.js'
import { findRepoRoot, needRepoRoot } from './repo-root.js'
import { findRunningPrograms, type RunningProgram } from './running-programs.js'

export interface HookChangeFlags {
  readonly workdir: string
  readonly scope: HookScope
  readonly 'dry-run'?: boolean | undefined
}

/** What was done, or would be with `dryRun`, and where. */
export interface HookChange {
  readonly hosts: readonly InstallableHost[]
  readonly changes: readonly HostFileChange[]
  readonly scope: HookScope
  readonly dryRun: boolean
  /** Programs that run now and read the changed files only when they start. */
  readonly restart: readonly RunningProgram[]
  readonly surroundings: ReturnType<typeof makeSurroundings>
  readonly repoRoot: string | undefined
  /** Hosts that were left out because a plugin of their own brings the hooks. */
  readonly byPlugin: readonly { readonly host: string; readonly plugin: string; readonly path: string }[]
  /** Files whose hooks the host does not run as things stand. */
  readonly notRun: readonly NotRun[]
  /** What else stands in a host's files and bears on its hooks. */
  readonly notes: readonly { readonly host: string; readonly note: string }[]
}

/** A file whose hooks the host does not run, and why. */
export interface NotRun {
  readonly host: string
  readonly path: string
  readonly state: HookState
  readonly reason: string
}

/** Puts rally's hooks into the files of the chosen hosts, or takes them out. Throws NOT_A_REPOSITORY for the project's files outside of one. */
export async function changeHooks(
  { env, hosts, discovery }: Rally,
  task: 'install' | 'uninstall',
  input: {
    readonly flags: HookChangeFlags
    readonly trust?: boolean | undefined
    /** Scopes in which the hosts are told of rally's server. */
    readonly mcp?: readonly HookScope[] | undefined
    readonly allow?: boolean | undefined
    readonly choose: (
      found: readonly FoundHost[],
      surroundings: HookChange['surroundings'],
    ) => readonly InstallableHost[]
  },
): Promise<HookChange> {
  const { workdir, scope, 'dry-run': dryRun = false } = input.flags
  const repoRoot = await (scope === 'user' ? findRepoRoot : needRepoRoot)(discovery, workdir)
  const surroundings = makeSurroundings(env, repoRoot)
  const asked = input.choose(await hosts.list(), surroundings)
  const byPlugin = task === 'install' ? asked.flatMap((host) => pluginsOf(host, { surroundings, scope })) : []
  const chosen = asked.filter(({ adapter }) => !byPlugin.some(({ host }) => host === adapter.id))
  const options = { surroundings, scope, dryRun, trust: input.trust, allow: input.allow, mcp: input.mcp }
  const changes = await endBetweenSteps(() => changeHosts(task, chosen, options))
  const seen =
    task === 'install' && !dryRun
      ? chosen.map((host) => ({ host: host.adapter.id, found: inspectHooks(host, { surroundings }) }))
      : []
  const notRun = seen.flatMap(({ host, found }) => notRunOf(host, found, scope))
  const notes = seen.flatMap(({ host, found }) => found.notes.map((note) => ({ host, note })))
  const programs = [...new Set(changes.flatMap((change) => change.restart))]
  const restart = dryRun ? [] : findRunningPrograms(programs, process.pid)
  return { hosts: chosen, changes, scope, dryRun, restart, surroundings, repoRoot, byPlugin, notRun, notes }
}

interface Where {
  readonly surroundings: HookChange['surroundings']
  readonly scope: HookScope
}

/** A plugin of the host's own that brings the hooks already; entries that stand there all the same are kept up to date. */
function pluginsOf(host: InstallableHost, { surroundings, scope }: Where): HookChange['byPlugin'] {
  const { files } = inspectHooks(host, { surroundings })
  const present = files.some((file) => file.kind === 'hooks' && file.scope === scope && file.state !== 'absent')
  const plugin = files.find(({ kind }) => kind === 'plugin')
  if (plugin === undefined || present) return []
  return [{ host: host.adapter.id, plugin: host.adapter.title, path: plugin.path }]
}

function notRunOf(host: string, { files }: ReturnType<typeof inspectHooks>, scope: HookScope): NotRun[] {
  return files.flatMap(({ kind, scope: of, path, state, notes }) => {
    if (kind !== 'hooks' || (of !== scope && scope !== 'local') || (state !== 'off' && state !== 'shadowed')) return []
    return [{ host, path, state, reason: notes[0] ?? '' }]
  })
}
