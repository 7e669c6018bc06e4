import fs from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { createHostApi } from '@rally/core/moments'
import { HOST_API, type HostAdapter } from '@rally/core/ports/host'
import { isObject, type JsonObject, list, obj, str, strings } from '@rally/core/readers'
import { chooseHostPlugin } from '@rally/core/rules/choose-host-plugin'
import { readOptionalJson } from '@rally/local/hot/optional-json'
import { type Env, homeDir } from '@rally/local/system/user-dirs'

export interface FindAdapterOptions {
  readonly env: Env
  /** The folder of the bundle: `hosts/` lies in it, the program's package.json above it. */
  readonly programDir: string
  /** Loads a CommonJS file. */
  readonly load: (path: string) => unknown
}

/** Host ids are written with underscores; dashes are an alias. Undefined for what cannot be one. */
export function hostIdOf(word: string): string | undefined {
  const id = word.replaceAll('-', '_')
  return /^[a-z][a-z0-9_]{0,31}$/.test(id) ? id : undefined
}

/**
 * The adapter of a host: of a plugin that the user installed or linked, else the copy that comes with rally. Decided by the
 * rule that the command line uses, from the same files: oclif's plugin store and the packages it names.
 */
export function findAdapter(id: string, options: FindAdapterOptions): HostAdapter | undefined {
  const copy = join(options.programDir, 'hosts', `${id}.cjs`)
  const hasCopy = fs.statSync(copy, { throwIfNoEntry: false })?.isFile() === true
  const installed = installedFor(id, options.env)
  if (installed.length > 0) {
    const bundled = strings(obj(obj(readOptionalJson(join(options.programDir, '..', 'package.json'))).oclif).plugins)
    // Where rally brings the host, only another version of that same plugin takes its place.
    const candidates = hasCopy ? installed.filter(({ plugin }) => bundled.includes(plugin)) : installed
    const { used } = chooseHostPlugin(candidates, bundled, HOST_API)
    const adapter = used === undefined ? undefined : loadAdapter(used.path, id, options)
    if (adapter !== undefined) return adapter
  }
  return hasCopy ? loadAdapter(copy, id, options) : undefined
}

interface Installed {
  readonly plugin: string
  readonly api: unknown
  readonly path: string
}

/** Plugins of the user's store that declare this host; a linked one comes before an installed one of the same name. */
function installedFor(id: string, env: Env): Installed[] {
  const store = dataDir(env)
  const entries = list(obj(obj(readOptionalJson(join(store, 'package.json'))).oclif).plugins).filter(isObject)
  const found = new Map<string, Installed>()
  for (const entry of [...entries].sort((a, b) => Number(b.type === 'link') - Number(a.type === 'link'))) {
    const name = str(entry.name)
    const root = rootOf(entry, store)
    const rally = root === undefined ? {} : obj(obj(readOptionalJson(join(root, 'package.json'))).rally)
    if (root === undefined || found.has(name) || hostIdOf(str(rally.host)) !== id) continue
    const path = resolve(root, str(rally.adapter))
    if (isAbsolute(str(rally.adapter)) || !path.startsWith(`${root}/`)) continue
    found.set(name, { plugin: name, api: rally.api, path })
  }
  return [...found.values()]
}

function rootOf(entry: JsonObject, store: string): string | undefined {
  const name = str(entry.name)
  const root = str(entry.root)
  if (entry.type === 'link') return isAbsolute(root) ? root : undefined
  const isName = /^(@[\w.-]+\/)?[\w.-]+$/.test(name) && !name.split('/').includes('..')
  return entry.type === 'user' && isName ? join(store, 'node_modules', name) : undefined
}

/** Where oclif keeps the plugins of the program `rally`. */
function dataDir(env: Env): string {
  return env.RALLY_DATA_DIR || join(env.XDG_DATA_HOME || join(homeDir(env), '.local', 'share'), 'rally')
}

function loadAdapter(path: string, id: string, { load }: FindAdapterOptions): HostAdapter | undefined {
  try {
    const module = load(path)
    const factory = isObject(module) && 'default' in module ? module.default : module
    const adapter: unknown = typeof factory === 'function' ? factory(createHostApi()) : undefined
    return isAdapter(adapter, id) ? adapter : undefined
  } catch {
    return undefined
  }
}

function isAdapter(value: unknown, id: string): value is HostAdapter {
  if (!isObject(value) || value.api !== HOST_API || value.id !== id) return false
  const capabilities = obj(value.capabilities)
  return (
    typeof value.parse === 'function' &&
    typeof value.render === 'function' &&
    Array.isArray(capabilities.context) &&
    typeof capabilities.textLimit === 'number'
  )
}
