import fs from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { createHostApi, heedMarks } from '@rally/core/moments'
import { HOST_API, type HostAdapter, type HostMarks } from '@rally/core/ports/host'
import { isObject, obj, str, strings } from '@rally/core/readers'
import { chooseHostPlugin } from '@rally/core/rules/host/choose-host-plugin'
import { hostIdOf } from '@rally/core/rules/host/host-id'
import { readOptionalJson } from '@rally/local/system/optional-json'
import { pluginStore, readPluginStore } from '@rally/local/system/plugin-store'
import type { Env } from '@rally/local/system/user-dirs'

export interface FindAdapterOptions {
  readonly env: Env
  /** The folder of the bundle: `hosts/` lies in it, the program's package.json above it. */
  readonly programDir: string
  /** Loads a CommonJS file. */
  readonly load: (path: string) => unknown
}

/** Marks of the hosts that come with rally, by host: what the build wrote beside their adapters. */
const MARKS_FILE = 'marks.json'

/** The adapter of a host, silent for what other hosts send to its hooks. */
export function findAdapter(id: string, options: FindAdapterOptions): HostAdapter | undefined {
  const adapter = findOwn(id, options)
  return adapter && heedMarks(adapter, () => otherMarks(id, options))
}

function otherMarks(id: string, { env, programDir, load }: FindAdapterOptions): HostMarks[] {
  const marks = new Map<string, HostMarks>()
  const known = obj(tryTo(() => load(join(programDir, 'hosts', MARKS_FILE))))
  for (const [host, own] of Object.entries(known)) marks.set(host, obj(own))
  for (const { host, path } of installedHosts(env)) {
    if (host !== id && !marks.has(host)) marks.set(host, loadAdapter(path, host, load)?.marks ?? {})
  }
  marks.delete(id)
  return [...marks.values()]
}

/**
 * The adapter of a host: of a plugin that the user installed or linked, else the copy that comes with rally. Decided by the
 * rule that the command line uses, from the same files: oclif's plugin store and the packages it names.
 */
function findOwn(id: string, options: FindAdapterOptions): HostAdapter | undefined {
  const copy = join(options.programDir, 'hosts', `${id}.cjs`)
  const hasCopy = fs.statSync(copy, { throwIfNoEntry: false })?.isFile() === true
  const installed = installedHosts(options.env).filter(({ host }) => host === id)
  if (installed.length > 0) {
    const bundled = strings(obj(obj(readOptionalJson(join(options.programDir, '..', 'package.json'))).oclif).plugins)
    // Where rally brings the host, only another version of that same plugin takes its place.
    const candidates = hasCopy ? installed.filter(({ plugin }) => bundled.includes(plugin)) : installed
    const { used } = chooseHostPlugin(candidates, bundled, HOST_API)
    const adapter = used === undefined ? undefined : loadAdapter(used.path, id, options.load)
    if (adapter !== undefined) return adapter
  }
  return hasCopy ? loadAdapter(copy, id, options.load) : undefined
}

interface Installed {
  readonly host: string
  readonly plugin: string
  readonly api: unknown
  readonly path: string
}

/** Plugins of the user's store that declare a host. */
function installedHosts(env: Env): Installed[] {
  return readPluginStore(pluginStore(env)).flatMap(({ name, root, pjson }) => {
    const rally = obj(pjson.rally)
    const path = resolve(root, str(rally.adapter))
    const isInside = !isAbsolute(str(rally.adapter)) && path.startsWith(`${root}/`)
    const host = hostIdOf(rally.host)
    return isInside && host !== undefined ? [{ host, plugin: name, api: rally.api, path }] : []
  })
}

function loadAdapter(path: string, id: string, load: FindAdapterOptions['load']): HostAdapter | undefined {
  return tryTo(() => {
    const module = load(path)
    const factory = isObject(module) && 'default' in module ? module.default : module
    const adapter: unknown = typeof factory === 'function' ? factory(createHostApi()) : undefined
    return isAdapter(adapter, id) ? adapter : undefined
  })
}

function tryTo<T>(action: () => T): T | undefined {
  try {
    return action()
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
