import { readFileSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { isObject, type JsonObject, obj, parseJson, str, strings } from '@rally/core/readers'
import { pluginStore, readPluginStore } from '../system/plugin-store.js'
import type { Env } from '../system/user-dirs.js'
import type { InstalledPlugin } from './plugin-declarations.js'

/** The plugins that count for a program, and the program that brings the bundled ones. */
export interface InstalledPlugins {
  /** By oclif's precedence for one name: linked, then installed, then bundled. */
  readonly plugins: Iterable<InstalledPlugin>
  /** The program's own folder, with `dist/hosts/` in it. */
  readonly root: string
  /** The program's own package.json: its `oclif.plugins` are the bundled ones. */
  readonly pjson: object
}

/** The plugins of a program: what its package.json bundles, and what the user installed or linked in `store`. */
export function findPlugins(
  root: string | undefined,
  pjson: object,
  store: string,
): ReadonlyMap<string, InstalledPlugin> {
  const bundled = strings(obj(obj(pjson).oclif).plugins).flatMap((name) =>
    root === undefined ? [] : (bundledPlugin(bundledPluginFolder(root, name)) ?? []),
  )
  const stored = readPluginStore(store).map((plugin) => ({ ...plugin, version: str(plugin.pjson.version) }))
  return new Map([...bundled, ...stored].map((plugin) => [plugin.name, plugin]))
}

/**
 * The plugins for a program that uses rally as a library: those of the rally of this machine, which is the one that people and
 * hooks start by name, so that a library takes the same session for the same one. Without it those that the user installed.
 */
export function findMachinePlugins(env: Env): InstalledPlugins {
  const root = findProgram(env)
  const pjson = (root === undefined ? undefined : readPackage(root)) ?? {}
  return { plugins: [...findPlugins(root, pjson, pluginStore(env)).values()], root: root ?? '/', pjson }
}

/** The folder of the program that `rally` names in this environment. Relative entries of PATH are not looked into. */
function findProgram({ PATH }: Env): string | undefined {
  for (const folder of (PATH ?? '').split(':').filter((entry) => isAbsolute(entry))) {
    try {
      const root = dirname(dirname(realpathSync(join(folder, 'rally'))))
      if (str(obj(obj(readPackage(root)).oclif).bin) === 'rally') return root
    } catch {
      // Not in this folder.
    }
  }
  return undefined
}

/** A package.json, when there is one that can be read. */
export function readPackage(folder: string): JsonObject | undefined {
  try {
    const pjson = parseJson(readFileSync(join(folder, 'package.json'), 'utf8'))
    return isObject(pjson) ? pjson : undefined
  } catch {
    return undefined
  }
}

/** Where the program at `root` keeps what is read of a plugin that comes with it. */
export function bundledPluginFolder(root: string, name: string): string {
  return join(root, 'dist', 'bundled', name)
}

function bundledPlugin(root: string): InstalledPlugin | undefined {
  const pjson = readPackage(root)
  return pjson && { name: str(pjson.name), version: str(pjson.version), type: 'core', root, pjson }
}
