import type { HookChangesOutput } from '@rally/core/model/outputs/hooks-install'
import type { HookScope } from '@rally/core/ports/host'
import type { HostFileChange, InstallableHost } from '@rally/installer'
import type { RunningProgram } from './running-programs.js'

export interface ChangeJsonInput {
  readonly hosts: readonly InstallableHost[]
  readonly changes: readonly HostFileChange[]
  readonly scope: HookScope
  readonly dryRun: boolean
  readonly silenced?: string | undefined
  readonly restart: readonly RunningProgram[]
}

/** The keys of `rally hooks install` and `rally hooks uninstall`. */
export function changeJson({ hosts, changes, scope, dryRun, silenced, restart }: ChangeJsonInput): HookChangesOutput {
  return {
    scope,
    dry_run: dryRun,
    files: changes.map(({ host, kind, path, real, action, changes: entries, diff, refusal }) => ({
      host,
      kind,
      path,
      real_path: real,
      action,
      entries: entries.map((entry) => ({ ...entry })),
      diff,
      refusal: refusal
        ? { code: refusal.code, message: refusal.message, line: refusal.line ?? null, column: refusal.column ?? null }
        : null,
    })),
    without_files: hosts.flatMap(({ adapter }) => (adapter.configFiles.length === 0 ? [adapter.id] : [])),
    next_steps: nextSteps(changes),
    restart: restart.map((program) => ({ ...program })),
    warning: silenced ?? null,
  }
}

/** What only the user can do, each step once per host. */
function nextSteps(changes: readonly HostFileChange[]): HookChangesOutput['next_steps'] {
  const steps = changes.flatMap(({ host, trustSteps }) => trustSteps.map((step) => ({ host, step })))
  return [...new Map(steps.map((item) => [JSON.stringify(item), item])).values()]
}
