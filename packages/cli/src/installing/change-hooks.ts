import type { FoundHost, HookScope } from '@rally/core/ports/host'
import { changeHosts, type HostFileChange, type InstallableHost } from '@rally/installer'
import type { Rally } from '../rally.js'
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
    readonly choose: (
      found: readonly FoundHost[],
      surroundings: HookChange['surroundings'],
    ) => readonly InstallableHost[]
  },
): Promise<HookChange> {
  const { workdir, scope, 'dry-run': dryRun = false } = input.flags
  const repoRoot = await (scope === 'project' ? needRepoRoot : findRepoRoot)(discovery, workdir)
  const surroundings = makeSurroundings(env, repoRoot)
  const chosen = input.choose(await hosts.list(), surroundings)
  const options = { surroundings, scope, dryRun, trust: input.trust, mcp: input.mcp }
  const changes = await changeHosts(task, chosen, options)
  const programs = [...new Set(changes.flatMap((change) => change.restart))]
  const restart = dryRun ? [] : findRunningPrograms(programs, process.pid)
  return { hosts: chosen, changes, scope, dryRun, restart, surroundings, repoRoot }
}
