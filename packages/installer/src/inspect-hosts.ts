import type { HookState } from '@rally/core/model/hook-states'
import type { HookConfigFile, HookEntry, HookScope, HostAdapter } from '@rally/core/ports/host'
import { findOffSwitch, readTrust } from './host-settings.js'
import { type HostTask, type InstallableHost, tasksOf } from './host-tasks.js'
import { findOwnEntries, type OwnEntry } from './own-entries.js'
import { dialectOf } from './plan-entries.js'
import { type Refusal, refusing } from './refusal.js'
import { equivalentValue, sameValue } from './same-value.js'
import { locateFile, type Surroundings } from './surroundings.js'
import { readTarget, splitText } from './target-file.js'
import { stateOfText } from './text-strategy.js'

export interface EventInspection {
  readonly event: string
  readonly state: 'installed' | 'stale' | 'absent' | 'double'
}

/** How rally's part stands in one file. */
export interface FileInspection {
  readonly host: string
  readonly kind: 'hooks' | 'text'
  readonly scope: HookScope
  readonly path: string
  readonly state: HookState
  readonly events: readonly EventInspection[]
  /** What is wrong and what to do about it, one sentence each. */
  readonly notes: readonly string[]
  readonly refusal?: Refusal
}

export interface HostInspectionResult {
  readonly host: string
  readonly title: string
  readonly state: HookState
  readonly files: readonly FileInspection[]
  readonly notes: readonly string[]
}

export interface InspectOptions {
  readonly surroundings: Surroundings
  /** Why no hook of rally does anything here (a kill switch, `rally-hook` is not on PATH); undefined when they do. */
  readonly silenced?: string | undefined
}

/** How rally's hooks stand in a host: reads files only, never throws. */
export function inspectHost(host: InstallableHost, options: InspectOptions): HostInspectionResult {
  const { adapter } = host
  const { surroundings, silenced } = options
  const off = silenced ?? findOffSwitch(adapter.offSwitches ?? [], surroundings)
  const files = tasksOf(host, undefined, surroundings).map((item) =>
    item.kind === 'hooks' ? inspectConfigFile(item, { off, surroundings }) : inspectTextFile(item),
  )
  const hooks = files.filter((file) => file.kind === 'hooks')
  const state = ORDER.find((one) => hooks.some((file) => file.state === one)) ?? 'unknown'
  return { host: adapter.id, title: adapter.title, state, files, notes: notesOf(adapter, hooks) }
}

/** Of two scopes the better one counts: one set of hooks that fires is enough. */
const ORDER: readonly HookState[] = ['installed', 'untrusted', 'shadowed', 'stale', 'unknown', 'absent']

function notesOf(adapter: HostAdapter, hooks: readonly FileInspection[]): string[] {
  if (adapter.configFiles.length === 0) return [`${adapter.title} has no file for hooks: it calls rally-hook itself`]
  const present = hooks.filter((file) => file.state !== 'absent' && file.state !== 'unknown')
  if (present.length < 2 || adapter.runner?.duplicates !== 'twice') return []
  return [
    `installed in both scopes, and ${adapter.title} runs both: take one out with rally hooks uninstall --scope user`,
  ]
}

function inspectConfigFile(
  item: HostTask & { kind: 'hooks' },
  { off, surroundings }: { off: string | undefined; surroundings: Surroundings },
): FileInspection {
  const { file, host, scope, task } = item
  const base = { host, kind: 'hooks', scope, path: task.path } as const
  const read = refusing(() => readEntries(file, host, surroundings))
  if (!read.ok) return { ...base, state: 'unknown', events: [], notes: [read.refusal.message], refusal: read.refusal }
  const { entries, mentions, real } = read.value
  const events = file.entries.map((template) => inspectEvent(template, file.entries, entries))
  const unexpected = entries.filter((own) => !file.entries.some((template) => sameValue(template.at, own.array)))
  const stray = mentions.map(
    (path) => `${path.join('.')} calls rally-hook within a command of your own; rally leaves it alone`,
  )
  if (entries.length === 0) return { ...base, state: 'absent', events, notes: stray }
  if (unexpected.length > 0 || events.some((event) => event.state !== 'installed')) {
    return { ...base, state: 'stale', events, notes: ['bring it up to date with rally hooks install', ...stray] }
  }
  if (off !== undefined) return { ...base, state: 'shadowed', events, notes: [off, ...stray] }
  const asked = (file.trust ?? []).map((rule) => ({
    rule,
    trust: readTrust(rule, { file: task.path, real, entries }, surroundings),
  }))
  const missing = asked.filter(({ trust }) => trust === 'missing')
  if (missing.length > 0)
    return { ...base, state: 'untrusted', events, notes: [...missing.map(({ rule }) => rule.step), ...stray] }
  const unknown = asked
    .filter(({ trust }) => trust === 'unknown')
    .map(({ rule }) => `rally cannot tell from ${rule.path} whether you have trusted it: ${rule.step}`)
  return { ...base, state: unknown.length > 0 ? 'unknown' : 'installed', events, notes: [...unknown, ...stray] }
}

function readEntries(file: HookConfigFile, host: string, surroundings: Surroundings) {
  const { content, real } = readTarget(locateFile(file, surroundings) ?? '')
  const { text } = content ? splitText(content.bytes) : { text: '' }
  const value = text.trim() === '' ? {} : dialectOf(file).read(text).value
  return { ...findOwnEntries(value, host, file.entries), real }
}

function inspectEvent(
  template: HookEntry,
  templates: readonly HookEntry[],
  entries: readonly OwnEntry[],
): EventInspection {
  const { event } = template
  const there = entries.filter((own) => sameValue(own.array, template.at))
  if (there.length === 0) return { event, state: 'absent' }
  if (there.length > templates.filter((one) => sameValue(one.at, template.at)).length) return { event, state: 'double' }
  const right = there.some((own) => equivalentValue(own.value, template.value))
  return { event, state: right ? 'installed' : 'stale' }
}

function inspectTextFile(item: HostTask & { kind: 'text' }): FileInspection {
  const { host, scope, task } = item
  const base = { host, kind: 'text', scope, path: task.path, events: [] } as const
  const read = refusing(() => {
    const current = readTarget(task.path).content?.bytes
    if (current === undefined) return { state: 'absent', note: undefined } as const
    const form = stateOfText(current)
    if (form === 'foreign')
      return { state: 'absent', note: 'a file of that name is there, and it is not from rally' } as const
    if (form === 'edited') return { state: 'stale', note: 'somebody has edited it; rally leaves it as it is' } as const
    const wanted = task.strategy.install(current)
    return { state: wanted.changes.length === 0 ? 'installed' : 'stale', note: undefined } as const
  })
  if (!read.ok) return { ...base, state: 'unknown', notes: [read.refusal.message], refusal: read.refusal }
  return { ...base, state: read.value.state, notes: read.value.note === undefined ? [] : [read.value.note] }
}
