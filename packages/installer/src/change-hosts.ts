import type { HookScope } from '@rally/core/ports/host'
import { applyChange, type FileChange, type FileTask, type Intent, planChange } from './change-file.js'
import { holdsOurs } from './holds-ours.js'
import { readTrust } from './host-settings.js'
import {
  consentTasksOf,
  excludeTaskOf,
  type HostTask,
  type InstallableHost,
  type McpTask,
  mcpTasksOf,
  tasksOf,
  trustTasksOf,
} from './host-tasks.js'
import { listRecords, readRecord, recordStem } from './install-record.js'
import { findOwnEntries } from './own-entries.js'
import { dialectOf } from './plan-entries.js'
import { refusing } from './refusal.js'
import type { Surroundings } from './surroundings.js'
import { readTarget, splitText } from './target-file.js'

export interface ChangeOptions {
  /** Both scopes when none is given. */
  readonly scope?: HookScope | undefined
  /** Plan and diff only. */
  readonly dryRun?: boolean | undefined
  /** Also write the user's consent for our own entries, where a host keeps it per entry. */
  readonly trust?: boolean | undefined
  /** Also tell the hosts of rally's server, or take that back, in these scopes. */
  readonly mcp?: readonly HookScope[] | undefined
  /** Also write the rules that let the host's agents type rally's commands. */
  readonly allow?: boolean | undefined
}

/** What happened to one file of one host. */
export interface HostFileChange extends FileChange {
  readonly host: string
  /**
   * `trust`: the host's record of the user's consent. `mcp`: what tells it of rally's server. `allow`: rules for rally's commands.
   * `exclude`: what git does not see.
   */
  readonly kind: 'hooks' | 'text' | 'trust' | 'mcp' | 'allow' | 'exclude'
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
  const { surroundings, dryRun } = options
  const run = async (task: FileTask): Promise<FileChange> =>
    dryRun ? planChange(intent, task, surroundings) : applyChange(intent, task, surroundings)
  const changes: HostFileChange[] = []
  const servers = hosts.flatMap((host) => serverTasks(intent, host, options))
  // One file may hold both: what came last goes first, so that each finds the file as it left it.
  if (intent === 'uninstall') changes.push(...(await changeServers(servers.reverse(), hosts, { intent, run })))
  for (const host of intent === 'install' ? hosts : [...hosts].reverse()) {
    changes.push(...(await changeFiles(host, { intent, options, run })))
    changes.push(...(await changeConsents(host, { intent, options, run })))
    changes.push(...(await changeExcludes(host, { intent, options, run, done: changes })))
  }
  if (intent === 'install') changes.push(...(await changeServers(servers, hosts, { intent, run })))
  return changes
}

interface Change {
  readonly intent: Intent
  readonly options: ChangeOptions & { readonly surroundings: Surroundings }
  readonly run: (task: FileTask) => Promise<FileChange>
}

const PLAIN = { trustSteps: [], restart: [] } as const

/** The files that hold hooks and texts, and the trust in the hooks. */
async function changeFiles(host: InstallableHost, { intent, options, run }: Change): Promise<HostFileChange[]> {
  const { surroundings, scope } = options
  const changes: HostFileChange[] = []
  const items = tasksOf(host, scope, surroundings)
  // A folder that the first file needed is empty only when the others are gone.
  for (const item of intent === 'install' ? items : items.reverse()) {
    const about = { host: item.host, scope: item.scope }
    if (intent === 'install' && item.scope === 'local' && surroundings.isTracked?.(item.task.path)) {
      changes.push({ ...tracked(item.task), ...about, kind: kindOf(item), ...PLAIN })
      continue
    }
    // Consent is looked up by the places of our entries, so taking it back comes before they go.
    const before = item.kind === 'hooks' && intent === 'uninstall' ? ownTrust(item, surroundings) : []
    const trusted = await runAll(before, run)
    const change = await run(item.task)
    const wanted = item.kind === 'hooks' && intent === 'install' && options.trust && change.action !== 'refused'
    trusted.push(...(await runAll(wanted ? trustTasksOf(item, surroundings) : [], run)))
    const steps = stepsOf(item, change, {
      intent,
      trusted: trusted.some((one) => one.action !== 'refused'),
      surroundings,
    })
    changes.push({ ...change, ...about, kind: kindOf(item), ...steps })
    changes.push(...trusted.map((one) => ({ ...one, ...about, kind: 'trust' as const, ...PLAIN })))
  }
  return changes
}

/** A program holds hooks as a configuration file does. */
function kindOf({ kind }: HostTask): 'hooks' | 'text' {
  return kind === 'text' ? 'text' : 'hooks'
}

/** To take back is only what is there. */
function serverTasks(
  intent: Intent,
  host: InstallableHost,
  { mcp = [], surroundings }: ChangeOptions & { readonly surroundings: Surroundings },
): McpTask[] {
  const tasks = mcp.flatMap((scope) => mcpTasksOf(host, scope, surroundings))
  if (intent === 'install') return tasks
  return tasks.filter(({ task }) => holdsOurs(task) !== false)
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

/** The rules for rally's commands: written when asked for, taken back with the last hooks of the host that need them. */
async function changeConsents(host: InstallableHost, { intent, options, run }: Change): Promise<HostFileChange[]> {
  const { surroundings, scope, allow, dryRun } = options
  if (intent === 'install' && !allow) return []
  const changes: HostFileChange[] = []
  for (const { consent, task } of consentTasksOf(host, scope, surroundings)) {
    if (intent === 'uninstall' && consent.scope === 'user' && isNeeded(host, { scope, surroundings, dryRun })) continue
    if (intent === 'uninstall' && !hasRecord(task, surroundings)) continue
    const change = await run(task)
    changes.push({ ...change, host: host.adapter.id, scope: consent.scope, kind: 'allow', ...PLAIN })
  }
  return changes
}

/** What is for the user alone below the repository is kept out of git's sight. */
async function changeExcludes(
  host: InstallableHost,
  { intent, options, run, done }: Change & { readonly done: readonly HostFileChange[] },
): Promise<HostFileChange[]> {
  const { surroundings } = options
  const { adapter } = host
  const paths =
    intent === 'install'
      ? done
          .filter((one) => one.host === adapter.id && one.scope === 'local' && one.action !== 'refused')
          .map(({ path }) => path)
      : [
          ...tasksOf(host, 'local', surroundings).map(({ task }) => task.path),
          ...consentTasksOf(host, 'local', surroundings).map(({ task }) => task.path),
        ]
  const task = excludeTaskOf(adapter.id, paths, surroundings)
  if (task === undefined || (intent === 'uninstall' && (options.scope === 'user' || !hasRecord(task, surroundings))))
    return []
  return [{ ...(await run(task)), host: adapter.id, scope: 'local', kind: 'exclude', ...PLAIN }]
}

function tracked({ path }: FileTask): FileChange {
  const message = 'git has this file, so others get what is written there: use --scope project, or --scope user'
  return { path, real: path, action: 'refused', changes: [], diff: '', refusal: { code: 'tracked', message } }
}

/** Whether hooks of the host that rally installed stay somewhere, in this repository or another. */
function isNeeded(
  { adapter }: InstallableHost,
  about: {
    readonly scope: HookScope | undefined
    readonly surroundings: Surroundings
    readonly dryRun: boolean | undefined
  },
): boolean {
  const { scope, surroundings, dryRun } = about
  const going = new Set(
    dryRun ? tasksOf({ adapter, root: '' }, scope, surroundings).map(({ task }) => realOf(task) ?? task.path) : [],
  )
  return listRecords(surroundings).some(([, record]) => {
    if (record.owner !== adapter.id || going.has(record.path)) return false
    return hasHook(record.path)
  })
}

function hasHook(path: string): boolean {
  const read = refusing(() => readTarget(path).content?.bytes.includes('rally-hook') === true)
  return read.ok && read.value
}

function realOf({ path }: FileTask): string | undefined {
  const target = refusing(() => readTarget(path))
  return target.ok ? target.value.real : undefined
}

/** Whether rally itself wrote there: what the user gave in the host is not ours to take back. */
function hasRecord(task: FileTask, surroundings: Surroundings): boolean {
  const real = realOf(task)
  return real !== undefined && readRecord(recordStem(real, task.owner, surroundings)) !== undefined
}

async function runAll(tasks: readonly FileTask[], run: (task: FileTask) => Promise<FileChange>): Promise<FileChange[]> {
  const changes: FileChange[] = []
  for (const task of tasks) changes.push(await run(task))
  return changes
}

/** The steps of consents that the user has given already. */
function givenSteps({ file, host, task }: HostTask & { kind: 'hooks' }, surroundings: Surroundings): Set<string> {
  const read = refusing(() => {
    const { content, real } = readTarget(task.path)
    const text = content === undefined ? '' : splitText(content.bytes).text
    const entries =
      text.trim() === '' ? [] : findOwnEntries(dialectOf(file).read(text).value, host, file.entries).entries
    return { entries, real }
  })
  if (!read.ok) return new Set()
  const about = { file: task.path, ...read.value }
  return new Set(
    (file.trust ?? [])
      .filter(
        (rule) => !(rule.perEntry && about.entries.length === 0) && readTrust(rule, about, surroundings) === 'given',
      )
      .map(({ step }) => step),
  )
}

/** Consent that rally itself wrote. */
function ownTrust(item: HostTask & { kind: 'hooks' }, surroundings: Surroundings): FileTask[] {
  return trustTasksOf(item, surroundings).filter((task) => hasRecord(task, surroundings))
}

function programSteps(
  { file, task }: HostTask & { kind: 'program' },
  change: FileChange,
  { intent, surroundings }: { readonly intent: Intent; readonly surroundings: Surroundings },
): Pick<HostFileChange, 'trustSteps' | 'restart'> {
  const about = { file: task.path, real: change.real, entries: [] }
  const given = (file.trust ?? []).filter((rule) => readTrust(rule, about, surroundings) === 'given')
  const steps = [...(file.trustSteps ?? []), ...(file.trust ?? []).map(({ step }) => step)]
  const open = [...new Set(steps)].filter((step) => !given.some((rule) => rule.step === step))
  return {
    trustSteps: intent === 'install' ? open : [],
    restart: change.action === 'none' ? [] : (file.restart ?? []),
  }
}

function stepsOf(
  item: HostTask,
  change: FileChange,
  {
    intent,
    trusted,
    surroundings,
  }: { readonly intent: Intent; readonly trusted: boolean; readonly surroundings: Surroundings },
): Pick<HostFileChange, 'trustSteps' | 'restart'> {
  if (item.kind === 'text' || change.action === 'refused') return PLAIN
  if (item.kind === 'program') return programSteps(item, change, { intent, surroundings })
  const writable = new Set(
    (item.file.trust ?? []).filter((rule) => rule.perEntry && rule.values).map((rule) => rule.step),
  )
  const given = givenSteps(item, surroundings)
  const steps = item.file.trustSteps.flatMap((step) => {
    if (given.has(step)) return []
    if (!writable.has(step)) return [step]
    return trusted
      ? []
      : [`${step} Or let rally record it: rally hooks install --host ${item.host} --scope ${item.scope} --trust`]
  })
  return {
    trustSteps: intent === 'install' ? steps : [],
    restart: change.action === 'none' ? [] : item.file.restart,
  }
}
