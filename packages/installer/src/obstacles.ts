import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { HookConfigFile, HookObstacle, HostAdapter, HostFileState } from '@rally/core/ports/host'
import { quoteForShell } from '@rally/core/rules/text/quote-for-shell'
import { type OwnPlugin, ownPlugins, readHostFiles } from './host-files.js'
import { findOffSwitch } from './host-settings.js'
import type { Surroundings } from './surroundings.js'
import { noteRead } from './target-file.js'

/** What stands between entries in a host's files and their running. */
export interface Standing {
  readonly obstacles: readonly HookObstacle[]
  readonly notes: readonly string[]
  /** Plugins of the host's own that bring hooks of rally. */
  readonly plugins: readonly OwnPlugin[]
}

/** Why no hook of rally does anything, whatever stands in the hosts' files. */
export interface Silenced {
  /** `switch`: somebody turned them off. `path`: `rally-hook` is not found. */
  readonly by: 'switch' | 'path'
  /** What was seen, with what undoes it. */
  readonly reason: string
}

/** Reads every file that decides and asks the adapter what they come to. */
export function readStanding(
  adapter: HostAdapter,
  { surroundings, silenced }: { readonly surroundings: Surroundings; readonly silenced?: Silenced | undefined },
): Standing {
  const { effective } = adapter
  const off = findOffSwitch(adapter.offSwitches ?? [], surroundings)
  const files = effective ? readHostFiles(adapter, surroundings) : []
  const verdict = effective?.judge(files) ?? { obstacles: [], notes: [] }
  const plugins = effective?.plugins
    ? ownPlugins(adapter.id, effective.plugins, { on: verdict.plugins, surroundings })
    : []
  return {
    obstacles: [
      ...(silenced ? [fromRally(silenced)] : []),
      ...(off === undefined
        ? []
        : [{ kind: 'off', reason: off, remedy: `switch the hooks of ${adapter.title} on again` } as const]),
      ...verdict.obstacles,
      ...adapter.configFiles.flatMap((file) => worktreeObstacle(file, adapter.title, surroundings)),
    ],
    notes: [...verdict.notes, ...files.flatMap(unreadable)],
    plugins,
  }
}

/** A policy that cannot be read may forbid what nobody sees. */
function unreadable({ scope, path, problem }: HostFileState): string[] {
  if (scope !== 'system' || problem === undefined) return []
  return [`whether ${path} keeps hooks from running cannot be told: ${problem}`]
}

function fromRally({ by, reason }: Silenced): HookObstacle {
  return { kind: by === 'switch' ? 'off' : 'ignored', reason, remedy: '' }
}

/** A host that reads the main checkout's file does so for a linked worktree that has the folder of that file, too. */
function worktreeObstacle(file: HookConfigFile, title: string, surroundings: Surroundings): HookObstacle[] {
  const { repoRoot, mainRoot } = surroundings
  if (file.checkout !== 'main' || file.scope !== 'project' || repoRoot === undefined || mainRoot === undefined)
    return []
  const folder = join(repoRoot, file.path.split('/')[0] ?? '')
  noteRead(folder)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  return [
    {
      kind: 'ignored',
      reason: `${title} loads the hooks of the main checkout only in a worktree that has the folder ${folder}`,
      remedy: `mkdir ${quoteForShell(folder)}`,
      file: join(mainRoot, file.path),
    },
  ]
}

/** The obstacles of the hooks of one file. */
export function obstaclesOf(standing: Standing, path: string): readonly HookObstacle[] {
  return standing.obstacles.filter((one) => one.file === undefined || one.file === path)
}
