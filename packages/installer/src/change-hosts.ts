import type { HookScope } from '@rally/core/ports/host'
import { applyChange, type FileChange, type Intent, planChange } from './change-file.js'
import { type HostTask, type InstallableHost, tasksOf } from './host-tasks.js'
import type { Surroundings } from './surroundings.js'

export interface ChangeOptions {
  /** Both scopes when none is given. */
  readonly scope?: HookScope | undefined
  /** Plan and diff only. */
  readonly dryRun?: boolean | undefined
}

/** What happened to one file of one host. */
export interface HostFileChange extends FileChange {
  readonly host: string
  readonly kind: 'hooks' | 'text'
  readonly scope: HookScope
  /** Steps that only the user can take, when something was installed. */
  readonly trustSteps: readonly string[]
  /** Programs that read the file only at their start. */
  readonly restart: readonly string[]
}

/** Installs or uninstalls rally's part in every file of the hosts, one file after the other. A refused file stops no other. */
export async function changeHosts(
  intent: Intent,
  hosts: readonly InstallableHost[],
  options: ChangeOptions & { readonly surroundings: Surroundings },
): Promise<HostFileChange[]> {
  const { surroundings, scope, dryRun } = options
  const changes: HostFileChange[] = []
  for (const item of hosts.flatMap((host) => tasksOf(host, scope, surroundings))) {
    const change = dryRun
      ? planChange(intent, item.task, surroundings)
      : await applyChange(intent, item.task, surroundings)
    changes.push({ ...change, host: item.host, kind: item.kind, scope: item.scope, ...stepsOf(item, change, intent) })
  }
  return changes
}

function stepsOf(item: HostTask, change: FileChange, intent: Intent): Pick<HostFileChange, 'trustSteps' | 'restart'> {
  if (item.kind === 'text' || change.action === 'refused') return { trustSteps: [], restart: [] }
  return {
    trustSteps: intent === 'install' ? item.file.trustSteps : [],
    restart: change.action === 'none' ? [] : item.file.restart,
  }
}
