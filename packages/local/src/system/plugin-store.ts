import { isAbsolute, join } from 'node:path'
import { isObject, type JsonObject, list, obj, str } from '@rally/core/readers'
import { readOptionalJson } from './optional-json.js'
import { type Env, homeDir } from './user-dirs.js'

/** A plugin that the user installed (`user`) or linked from where it is developed (`link`). */
export interface StoredPlugin {
  readonly name: string
  readonly type: 'user' | 'link'
  /** Its folder. */
  readonly root: string
  /** Its package.json. */
  readonly pjson: JsonObject
}

/** Where oclif keeps the plugins of the program `rally`. */
export function pluginStore(env: Env): string {
  return env.RALLY_DATA_DIR || join(env.XDG_DATA_HOME || join(homeDir(env), '.local', 'share'), 'rally')
}

/**
 * The plugins of oclif's store, as its package.json lists them; one of each name, a linked one before an installed one. What is
 * listed but not there, or cannot be a package, is left out. Costs one file and one more for each plugin.
 */
export function readPluginStore(store: string): StoredPlugin[] {
  const entries = list(obj(obj(readOptionalJson(join(store, 'package.json'))).oclif).plugins).filter(isObject)
  const found = new Map<string, StoredPlugin>()
  for (const entry of [...entries].sort((a, b) => Number(b.type === 'link') - Number(a.type === 'link'))) {
    const root = rootOf(entry, store)
    const pjson = root === undefined ? undefined : readOptionalJson(join(root, 'package.json'))
    if (root === undefined || !isObject(pjson)) continue
    const name = str(pjson.name, str(entry.name))
    if (!found.has(name)) found.set(name, { name, type: entry.type === 'link' ? 'link' : 'user', root, pjson })
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
