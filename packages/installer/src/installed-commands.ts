import type { HookConfigFile, HookScope, HostAdapter } from '@rally/core/ports/host'
import { type InstallableHost, tasksOf } from './host-tasks.js'
import { readStanding } from './obstacles.js'
import { parseOwnCommand } from './own-command.js'
import { findOwnEntries, isRecord } from './own-entries.js'
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
  return tasksOf({ adapter, root }, undefined, surroundings).flatMap((item) =>
    item.kind === 'hooks' ? commandsIn({ adapter, file: item.file, path: item.task.path, scope: item.scope }) : [],
  )
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
      event: entry.array.at(-1) ?? entry.event,
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

interface Handler {
  readonly command: string
  readonly timeout: number | undefined
}

/** Our handlers in an entry: the entry itself where a host has flat lists, else the elements of its arrays. */
function handlersOf(value: unknown): Handler[] {
  if (!isRecord(value)) return []
  const own = handlerOf(value)
  if (own) return [own]
  return Object.values(value).flatMap((list) =>
    Array.isArray(list) ? list.flatMap((item) => (isRecord(item) ? (handlerOf(item) ?? []) : [])) : [],
  )
}

function handlerOf(record: Record<string, unknown>): Handler | undefined {
  const args = Array.isArray(record.args) ? record.args.filter((arg): arg is string => typeof arg === 'string') : []
  for (const text of Object.values(record)) {
    if (typeof text !== 'string') continue
    const command = [text, ...args].join(' ')
    if (parseOwnCommand(command))
      return { command, timeout: typeof record.timeout === 'number' ? record.timeout : undefined }
  }
  return undefined
}
