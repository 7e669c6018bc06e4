import type { HookScope } from '@rally/core/ports/host'
import { applyChange, type FileChange, type FileTask, type Intent, planChange } from './change-file.js'
import { type HostTask, type InstallableHost, type McpTask, mcpTasksOf, tasksOf, trustTasksOf } from './host-tasks.js'
import { readRecord, recordStem } from './install-record.js'
import { refusing } from './refusal.js'
import type { Surroundings } from './surroundings.js'
import { readTarget } from './target-file.js'

export interface ChangeOptions {
  /** Both scopes when none is given. */
  readonly scope?: HookScope | undefined
  /** Plan and diff only. */
  readonly dryRun?: boolean | undefined
  /** Also write the user's consent for our own entries, where a host keeps it per entry. */
  readonly trust?: boolean | undefined
  /** Also tell the hosts of rally's server, or take that back, in these scopes. */
  readonly mcp?: readonly HookScope[] | undefined
}

/** What happened to one file of one host. */
export interface HostFileChange extends FileChange {
  readonly host: string
  /** `trust`: the host's record of the user's consent. `mcp`: what tells it of rally's server. */
  readonly kind: 'hooks' | 'text' | 'trust' | 'mcp'
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
  const run = async (task: FileTask): Promise<FileChange> =>
    dryRun ? planChange(intent, task, surroundings) : applyChange(intent, task, surroundings)
  const changes: HostFileChange[] = []
  const servers = hosts.flatMap((host) => serverTasks(intent, host, options))
  // One file may hold both: what came last goes first, so that each finds the file as it left it.
  if (intent === 'uninstall') changes.push(...(await changeServers(servers.reverse(), hosts, { intent, run })))
  const items = hosts.flatMap((host) => tasksOf(host, scope, surroundings))
  // A folder that the first file needed is empty only when the others are gone.
  for (const item of intent === 'install' ? items : items.reverse()) {
    // Consent is looked up by the places of our entries, so taking it back comes before they go.
    const before = item.kind === 'hooks' && intent === 'uninstall' ? ownTrust(item, surroundings) : []
    const trusted = await runAll(before, run)
    const change = await run(item.task)
    const wanted = item.kind === 'hooks' && intent === 'install' && options.trust && change.action !== 'refused'
    trusted.push(...(await runAll(wanted ? trustTasksOf(item, surroundings) : [], run)))
    const about = { host: item.host, scope: item.scope }
    const steps = stepsOf(item, change, { intent, trusted: trusted.some((one) => one.action !== 'refused') })
    changes.push({ ...change, ...about, kind: item.kind, ...steps })
    changes.push(...trusted.map((one) => ({ ...one, ...about, kind: 'trust' as const, trustSteps: [], restart: [] })))
  }
  if (intent === 'install') changes.push(...(await changeServers(servers, hosts, { intent, run })))
  return changes
}

/** To take back is only what is there. */
function serverTasks(
  intent: Intent,
  host: InstallableHost,
  { mcp = [], surroundings }: ChangeOptions & { readonly surroundings: Surroundings },
): McpTask[] {
  const tasks = mcp.flatMap((scope) => mcpTasksOf(host, scope, surroundings))
  if (intent === 'install') return tasks
  return tasks.filter(({ task }) => {
    const holds = refusing(() => {
      const { content } = readTarget(task.path)
      return content !== undefined && task.strategy.holdsOurs(content.bytes)
    })
    return !holds.ok || holds.value
  })
}

async function changeServers(
  tasks: readonly McpTask[],
  hosts: readonly InstallableHost[],
  { intent, run }: { readonly intent: Intent; readonly run: (task: FileTask) => Promise<FileChange> },
): Promise<HostFileChange[]> {
  const changes: HostFileChange[] = []
  for (const { host, scope, setting, task } of tasks) {
    const change = await run(task)
    const { steps = [], restart = [] } = hosts.find(({ adapter }) => adapter.id === host)?.adapter.mcp ?? {}
    const isNew = setting.purpose === 'server' && change.action !== 'refused'
    changes.push({
      ...{ ...change, host, scope, kind: 'mcp' as const },
      trustSteps: isNew && intent === 'install' ? steps : [],
      restart: isNew && change.action !== 'none' ? restart : [],
    })
  }
  return changes
}

async function runAll(tasks: readonly FileTask[], run: (task: FileTask) => Promise<FileChange>): Promise<FileChange[]> {
  const changes: FileChange[] = []
  for (const task of tasks) changes.push(await run(task))
  return changes
}

/** Consent that rally itself wrote: what the user gave in the host is not ours to take back. */
function ownTrust(item: HostTask & { kind: 'hooks' }, surroundings: Surroundings): FileTask[] {
  return trustTasksOf(item, surroundings).filter((task) => {
    const target = refusing(() => readTarget(task.path))
    return target.ok && readRecord(recordStem(target.value.real, task.owner, surroundings)) !== undefined
  })
}

function stepsOf(
  item: HostTask,
  change: FileChange,
  { intent, trusted }: { readonly intent: Intent; readonly trusted: boolean },
): Pick<HostFileChange, 'trustSteps' | 'restart'> {
  if (item.kind === 'text' || change.action === 'refused') return { trustSteps: [], restart: [] }
  const writable = new Set(
    (item.file.trust ?? []).filter((rule) => rule.perEntry && rule.values).map((rule) => rule.step),
  )
  const steps = item.file.trustSteps.flatMap((step) => {
    if (!writable.has(step)) return [step]
    return trusted ? [] : [`${step} Or let rally record it: rally hooks install --trust`]
  })
  return {
    trustSteps: intent === 'install' ? steps : [],
    restart: change.action === 'none' ? [] : item.file.restart,
  }
}
