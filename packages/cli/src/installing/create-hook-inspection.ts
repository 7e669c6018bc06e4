import type { HookInspection } from '@rally/core/ports/hook-inspection'
import type { FoundHost, Hosts } from '@rally/core/ports/host'
import type { Env } from '@rally/local/system/user-dirs'
import { type KeptFor, keepStates, readKeptStates } from './kept-hook-states.js'
import { makeSurroundings } from './make-surroundings.js'
import { findSilence, type Silence } from './silenced.js'

export interface HookInspectionParts {
  readonly env: Env
  readonly hosts: Hosts
  /** Of the program: another one may judge otherwise. */
  readonly version: string
}

/**
 * The hook-inspection port. The installer, with its editors, is loaded only when one of the files has changed since the last
 * answer.
 */
export function createHookInspection({ env, hosts, version }: HookInspectionParts): HookInspection {
  return {
    async inspect(repoRoot) {
      const found = await hosts.list()
      const silenced = findSilence(env, repoRoot)
      const about = keptFor(repoRoot, { env, found, silenced, version })
      const kept = readKeptStates(env, about)
      if (kept !== undefined) return kept
      const [{ inspectHooks }, { recordingReads }] = await Promise.all([
        import('@rally/installer/inspect-hosts'),
        import('@rally/installer/target-file'),
      ])
      const surroundings = makeSurroundings(env, repoRoot)
      const { value: states, paths } = recordingReads(() =>
        Object.fromEntries(
          found.flatMap(({ id, adapter, root }) =>
            adapter ? [[id, inspectHooks({ adapter, root }, { surroundings, silenced }).state] as const] : [],
          ),
        ),
      )
      keepStates(env, about, { states, paths })
      return states
    },
  }
}

function keptFor(
  repoRoot: string,
  about: { env: Env; found: readonly FoundHost[]; silenced: Silence | undefined; version: string },
): KeptFor {
  const { env, found, silenced, version } = about
  const files = found.flatMap(({ adapter }) => [
    ...(adapter?.configFiles ?? []),
    ...(adapter?.programFiles ?? []),
    ...[...(adapter?.configFiles ?? []), ...(adapter?.programFiles ?? [])].flatMap(({ trust }) => trust ?? []),
    ...(adapter?.effective?.deciding ?? []),
  ])
  const names = new Set(files.flatMap(({ homeVariable, rootVariable }) => [homeVariable ?? '', rootVariable ?? '']))
  const variables = [...names, 'HOME', 'XDG_STATE_HOME'].map((name) => env[name] ?? null)
  return {
    repoRoot,
    words: [version, found.map(({ id, version: of, root }) => [id, of, root]), silenced ?? null, variables],
  }
}
