import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type {
  HookConfigFile,
  HostAdapter,
  HostDecidingFile,
  HostFileState,
  HostPluginPlace,
} from '@rally/core/ports/host'
import { dialectFor } from './dialect-for.js'
import { parseOwnCommand } from './own-command.js'
import { isRecord } from './own-entries.js'
import { refusing } from './refusal.js'
import { locateFile, type Surroundings } from './surroundings.js'
import { noteRead, readTarget, splitText } from './target-file.js'

/** Every file that can hold entries or decides about them, as it stands: in the order of the declarations. */
export function readHostFiles({ configFiles, effective }: HostAdapter, surroundings: Surroundings): HostFileState[] {
  const places: (HookConfigFile | HostDecidingFile)[] = [...configFiles, ...(effective?.deciding ?? [])]
  return places.flatMap((place) => pathsOf(place, surroundings).map((path) => readState(place, path)))
}

/** The files of a declaration: itself, or those in its folder. */
function pathsOf(place: HookConfigFile | HostDecidingFile, surroundings: Surroundings): string[] {
  const path =
    place.scope === 'system'
      ? `${surroundings.systemRoot ?? ''}${place.path}`
      : locateFile({ ...place, scope: place.scope }, surroundings)
  if (path === undefined) return []
  if (!('folder' in place) || !place.folder) return [path]
  const ending = place.dialect === 'toml' ? '.toml' : '.json'
  return namesIn(path)
    .filter((name) => name.endsWith(ending) && !name.startsWith('.'))
    .map((name) => join(path, name))
}

function readState(place: HookConfigFile | HostDecidingFile, path: string): HostFileState {
  const { scope } = place
  const read = refusing(() => {
    const { content, real } = readTarget(path)
    const text = content === undefined ? '' : splitText(content.bytes).text
    return {
      linked: real !== path,
      value:
        text.trim() === '' ? undefined : dialectFor(place.dialect, 'entries' in place ? place : {}).read(text).value,
    }
  })
  return read.ok
    ? { scope, path, ...read.value }
    : { scope, path, value: undefined, linked: false, problem: read.refusal.message }
}

/** A plugin of the host's own that brings hooks of rally. */
export interface OwnPlugin {
  readonly name: string
  readonly path: string
  /** Host events for which it calls rally-hook. */
  readonly events: readonly string[]
}

/** The host's own plugins that bring hooks of rally and are switched on. */
export function ownPlugins(
  host: string,
  place: HostPluginPlace,
  { on, surroundings }: { readonly on: readonly string[] | undefined; readonly surroundings: Surroundings },
): OwnPlugin[] {
  const root = locateFile({ ...place, scope: 'user' }, surroundings)
  if (root === undefined) return []
  return expand(root, place.below.split('/'), {}).flatMap(({ path, words }) => {
    const name = fill(place.as ?? '{name}', words)
    if (place.as !== undefined && !on?.includes(name)) return []
    const events = eventsIn(path, host)
    return events.length === 0 ? [] : [{ name, path, events }]
  })
}

interface Found {
  readonly path: string
  readonly words: Readonly<Record<string, string>>
}

/** Every path that a pattern of folders leads to. */
function expand(folder: string, parts: readonly string[], words: Readonly<Record<string, string>>): Found[] {
  const [part, ...rest] = parts
  if (part === undefined) return [{ path: folder, words }]
  const variable = /^\{(\w+)\}$/.exec(part)?.[1]
  if (variable === undefined) return expand(join(folder, part), rest, words)
  return namesIn(folder).flatMap((name) => expand(join(folder, name), rest, { ...words, [variable]: name }))
}

function fill(text: string, words: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => words[name] ?? whole)
}

/** The keys below `hooks` under which a command of ours stands, however deep. */
function eventsIn(path: string, host: string): string[] {
  const read = refusing(() => {
    const { content } = readTarget(path)
    return content === undefined ? {} : dialectFor('jsonc').read(splitText(content.bytes).text).value
  })
  const hooks = read.ok && isRecord(read.value) ? read.value.hooks : undefined
  return isRecord(hooks) ? Object.keys(hooks).filter((event) => holdsOurs(hooks[event], host)) : []
}

function holdsOurs(value: unknown, host: string): boolean {
  if (typeof value === 'string') return parseOwnCommand(value)?.host === host
  if (Array.isArray(value)) return value.some((item) => holdsOurs(item, host))
  return isRecord(value) && Object.values(value).some((item) => holdsOurs(item, host))
}

function namesIn(folder: string): string[] {
  noteRead(folder)
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}
