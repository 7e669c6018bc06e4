import { isObject, type JsonObject } from '@rally/core/readers'

/** The part of an oclif plugin that is read here; no code of a plugin runs for it. */
export interface InstalledPlugin {
  readonly name: string
  readonly version: string
  /** `core` comes with rally, `user` was installed, `link` was linked. */
  readonly type: string
  readonly root: string
  readonly pjson: object
}

/** A plugin that has a `rally` key in its package.json. */
export interface PluginDeclaration {
  readonly plugin: string
  readonly version: string
  readonly type: string
  readonly root: string
  /** As declared; anything may stand there. */
  readonly api: unknown
  /** The `rally` key itself. */
  readonly rally: JsonObject
}

/** Plugins with something for rally, sorted by name. */
export function declarationsOf(plugins: Iterable<InstalledPlugin>): readonly PluginDeclaration[] {
  const found: PluginDeclaration[] = []
  for (const { name, version, type, root, pjson } of plugins) {
    const { rally } = pjson as JsonObject
    if (isObject(rally)) found.push({ plugin: name, version, type, root, api: rally.api, rally })
  }
  return found.sort((a, b) => (a.plugin < b.plugin ? -1 : 1))
}
