import { readFileSync, realpathSync } from 'node:fs'
import { join, sep } from 'node:path'
import type {
  HookConfigFile,
  HookScope,
  HostAdapter,
  HostConsent,
  HostMcpSetting,
  HostProgramFile,
  HostTextFile,
} from '@rally/core/ports/host'
import type { FileTask } from './change-file.js'
import { consentStrategy } from './consent-strategy.js'
import { entriesStrategy } from './entries-strategy.js'
import { readRecord, recordStem } from './install-record.js'
import { linesStrategy } from './lines-strategy.js'
import { mcpStrategy } from './mcp-strategy.js'
import { findOwnEntries } from './own-entries.js'
import { dialectOf } from './plan-entries.js'
import { Refused, refusing } from './refusal.js'
import { locateFile, type Surroundings } from './surroundings.js'
import { codeOf, readTarget, splitText } from './target-file.js'
import { textStrategy } from './text-strategy.js'
import { trustStrategy } from './trust-strategy.js'

/** A host whose files are to be changed or looked at. */
export interface InstallableHost {
  readonly adapter: HostAdapter
  /** Folder of its plugin package, where the templates of its texts are. */
  readonly root: string
}

/** One file of a host that rally has a part in. */
export type HostTask =
  | {
      readonly kind: 'hooks'
      readonly host: string
      readonly scope: HookScope
      readonly file: HookConfigFile
      readonly task: FileTask
    }
  | {
      readonly kind: 'text'
      readonly host: string
      readonly scope: HookScope
      readonly file: HostTextFile
      readonly task: FileTask
    }
  | {
      readonly kind: 'program'
      readonly host: string
      readonly scope: HookScope
      readonly file: HostProgramFile
      readonly task: FileTask
    }

/** Every file of the host in that scope (all, when none is given) that can be reached from here. */
export function tasksOf(host: InstallableHost, scope: HookScope | undefined, surroundings: Surroundings): HostTask[] {
  const { adapter } = host
  const tasks: HostTask[] = []
  for (const file of inScope(adapter.configFiles, scope)) {
    const path = locateFile(file, surroundings)
    if (path === undefined) continue
    const task = { path, owner: adapter.id, strategy: entriesStrategy(file, adapter.id) }
    tasks.push({ kind: 'hooks', host: adapter.id, scope: scope ?? file.scope, file, task })
  }
  for (const file of inScope(adapter.programFiles ?? [], scope)) {
    const task = placeTask(host, file, surroundings)
    if (task === undefined) continue
    const mode = file.executable ? { executable: true } : {}
    tasks.push({
      kind: 'program',
      host: adapter.id,
      scope: scope ?? file.scope,
      file,
      task: { ...task, ...mode },
    })
  }
  for (const file of inScope(adapter.textFiles, scope)) {
    const task = placeTask(host, file, surroundings)
    if (task !== undefined) tasks.push({ kind: 'text', host: adapter.id, scope: scope ?? file.scope, file, task })
  }
  return tasks
}

/** The task of a file that is placed whole. */
function placeTask(host: InstallableHost, file: HostTextFile, surroundings: Surroundings): FileTask | undefined {
  const path = locateFile(file, surroundings)
  if (path === undefined) return undefined
  const owner = host.adapter.id
  const noted = (): string | undefined => {
    const target = refusing(() => readTarget(path).real)
    return target.ok ? readRecord(recordStem(target.value, owner, surroundings))?.installed : undefined
  }
  return {
    path,
    owner,
    strategy: textStrategy({ path, readTemplate: () => readTemplate(host.root, file.template), noted }),
  }
}

/** What tells a host of rally's server, in that scope. */
export interface McpTask {
  readonly kind: 'mcp'
  readonly host: string
  readonly scope: HookScope
  readonly setting: HostMcpSetting
  readonly task: FileTask
}

/** The tasks that tell a host of rally's server, and that its agents may use it; those of the user before the project's. */
export function mcpTasksOf({ adapter }: InstallableHost, scope: HookScope, surroundings: Surroundings): McpTask[] {
  return (adapter.mcp?.settings ?? []).flatMap((setting) => {
    const path = setting.scope === scope ? locateFile(setting, surroundings) : undefined
    if (path === undefined) return []
    const owner = `${adapter.id}:mcp:${setting.purpose}`
    return [{ kind: 'mcp', host: adapter.id, scope, setting, task: { path, owner, strategy: mcpStrategy(setting) } }]
  })
}

/** A host without a file for the user alone uses the project's, which git is then told not to see. */
function inScope<File extends { readonly scope: HookScope }>(
  files: readonly File[],
  scope: HookScope | undefined,
): File[] {
  if (scope === undefined) return [...files]
  const own = files.filter((file) => file.scope === scope)
  return own.length > 0 || scope !== 'local' ? own : files.filter((file) => file.scope === 'project')
}

/** Rally's rules for its commands in files of the host. */
export function consentTasksOf(
  { adapter }: InstallableHost,
  scope: HookScope | undefined,
  surroundings: Surroundings,
): { readonly consent: HostConsent; readonly task: FileTask }[] {
  return (adapter.consents ?? []).flatMap((consent) => {
    const path = locateFile(consent, surroundings)
    if (path === undefined || (scope !== undefined && !consent.installs.includes(scope))) return []
    return [{ consent, task: { path, owner: `${adapter.id}:allow`, strategy: consentStrategy(consent, path) } }]
  })
}

/** The lines by which git does not see the files; undefined where there is no repository. */
export function excludeTaskOf(
  host: string,
  paths: readonly string[],
  surroundings: Surroundings,
): FileTask | undefined {
  const { excludeFile, repoRoot, mainRoot } = surroundings
  if (excludeFile === undefined || repoRoot === undefined) return undefined
  const lines = paths.flatMap((path) => {
    const top = [repoRoot, mainRoot].find((one) => one !== undefined && path.startsWith(`${one}/`))
    return top === undefined ? [] : [path.slice(top.length).replace(/[\\*?[]/g, '\\$&')]
  })
  if (lines.length === 0) return undefined
  return { path: excludeFile, owner: `${host}:exclude`, strategy: linesStrategy([...new Set(lines)]) }
}

/**
 * The tasks that write, or take back, the user's consent for the entries of a configuration file. One for each rule by which
 * the host keeps it per entry and of which the plugin knows the values.
 */
export function trustTasksOf(item: HostTask & { kind: 'hooks' }, surroundings: Surroundings): FileTask[] {
  const { file, host, task } = item
  const rules = (file.trust ?? []).filter((rule) => rule.perEntry && rule.values)
  if (rules.length === 0) return []
  const entries = refusing(() => {
    const bytes = task.strategy.install(readTarget(task.path).content?.bytes).bytes
    return bytes === undefined
      ? []
      : findOwnEntries(dialectOf(file).read(splitText(bytes).text).value, host, file.entries).entries
  })
  return rules.flatMap((rule) => {
    const path = locateFile({ ...rule, scope: 'user' }, surroundings)
    if (path === undefined) return []
    const strategy = trustStrategy(rule, {
      file: task.path,
      repoRoot: surroundings.repoRoot,
      entries: entries.ok ? entries.value : [],
    })
    return [{ path, owner: `${host}:trust:${task.path}`, strategy }]
  })
}

/** A text that the plugin ships. Throws Refused when it does not, or when its name leads out of the package. */
function readTemplate(root: string, template: string): string {
  try {
    const folder = realpathSync(root)
    const path = realpathSync(join(folder, template))
    if (!path.startsWith(folder + sep))
      throw new Refused({ code: 'template', message: `${template} lies outside of the plugin` })
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Refused) throw error
    throw new Refused({ code: 'template', message: `the plugin does not ship ${template}: ${codeOf(error)}` })
  }
}
