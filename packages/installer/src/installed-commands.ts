import { join } from 'node:path'
import { hookCommand } from '@rally/core/moments/hook-command'
import type { HookConfigFile, HookScope, HostAdapter } from '@rally/core/ports/host'
import { hasHookFiles } from '@rally/core/rules/host/has-hook-files'
import { holdsOurs } from './holds-ours.js'
import { type HostTask, type InstallableHost, tasksOf } from './host-tasks.js'
import { readStanding } from './obstacles.js'
import { findOwnEntries } from './own-entries.js'
import { handlerOf, handlersIn, isRecord, type OwnHandler } from './own-handlers.js'
import { dialectOf } from './plan-entries.js'
import { refusing } from './refusal.js'
import type { Surroundings } from './surroundings.js'
import { readTarget, splitText } from './target-file.js'

/** A command line of rally's that stands in a file of the host. */
export interface InstalledCommand {
  readonly event: string
  readonly scope: HookScope
  readonly path: string
  readonly command: string
  /** Milliseconds that the host gives it. */
  readonly timeout: number
  /** A plugin of the host's own brings it. */
  readonly plugin?: true
}

/** What hosts give a hook that names no time of its own; a hook that takes longer than this is broken in any case. */
const LONGEST = 60_000

/** Every command line of rally's in the host's files, in the order of the templates. Files that cannot be read hold none. */
export function installedCommands({ adapter, root }: InstallableHost, surroundings: Surroundings): InstalledCommand[] {
  return tasksOf({ adapter, root }, undefined, surroundings).flatMap((item) => {
    if (item.kind === 'hooks') return commandsIn({ adapter, file: item.file, path: item.task.path, scope: item.scope })
    return item.kind === 'program' ? calledBy(adapter, item) : []
  })
}

/** What a program of ours that is in its place runs. */
function calledBy({ id }: HostAdapter, { file, scope, task }: HostTask & { kind: 'program' }): InstalledCommand[] {
  if (holdsOurs(task) !== true) return []
  return file.events.map((event) => call(id, { event, scope, path: task.path }))
}

/** A host that has no file for hooks calls rally-hook of its own accord: what it sends stands in the plugin's samples. */
export function sampleCommands({ adapter, root }: InstallableHost): InstalledCommand[] {
  const { id, samples = [] } = adapter
  if (hasHookFiles(adapter)) return []
  return samples.map(({ event, file }) => call(id, { event, scope: 'user', path: join(root, file) }))
}

function call(id: string, where: Pick<InstalledCommand, 'event' | 'scope' | 'path'>): InstalledCommand {
  return { ...where, command: hookCommand(id, where.event), timeout: LONGEST }
}

/** The command lines that plugins of the host's own bring. */
export function pluginCommands({ adapter }: InstallableHost, surroundings: Surroundings): InstalledCommand[] {
  const file = adapter.configFiles.find(({ scope }) => scope === 'user')
  if (file === undefined) return []
  return readStanding(adapter, { surroundings }).plugins.flatMap(({ path }) =>
    commandsIn({ adapter, file, path, scope: 'user' }).map((command) => ({ ...command, plugin: true }) as const),
  )
}

function commandsIn({ adapter, file, path, scope }: CommandFile): InstalledCommand[] {
  const unit = adapter.capabilities.timeoutUnit === 's' ? 1_000 : 1
  const read = refusing(() => {
    const { content } = readTarget(path)
    const text = content ? splitText(content.bytes).text : ''
    return text.trim() === '' ? [] : findOwnEntries(dialectOf(file).read(text).value, adapter.id, file.entries).entries
  })
  const commands = (read.ok ? read.value : []).flatMap((entry) =>
    handlersOf(entry.value).map(({ command, timeout }) => ({
      event: entry.calledAt,
      scope,
      path,
      command,
      timeout: Math.min(timeout === undefined ? LONGEST : timeout * unit, LONGEST),
    })),
  )
  const order = file.entries.map((entry) => entry.event)
  return commands.sort((a, b) => order.indexOf(a.event) - order.indexOf(b.event))
}

interface CommandFile {
  readonly adapter: HostAdapter
  readonly file: HookConfigFile
  readonly path: string
  readonly scope: HookScope
}

/** Our handlers in an entry: the entry itself where a host has flat lists, else the members of its lists. */
function handlersOf(value: unknown): OwnHandler[] {
  const own = handlerOf(value)
  if (own) return [own]
  const lists = [handlersIn(value), ...(isRecord(value) ? Object.values(value).map(handlersIn) : [])]
  return lists.flatMap((list = []) => list.flatMap((item) => handlerOf(item) ?? []))
}
