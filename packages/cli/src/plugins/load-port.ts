import { str } from '@rally/core/readers'
import { bundledModule } from './bundled-modules.js'
import { declarationsOf, type InstalledPlugin } from './plugin-declarations.js'
import { entryPath, requireModule } from './plugin-module.js'

/**
 * A port that a plugin supplies beside its adapter (`"rally": {"runIdentity": "./dist/run-identity.cjs"}`): the file exports
 * a factory that is handed `tools`. The first plugin by name that declares it is used; a broken one counts as absent, so that
 * everything else goes on working (`rally doctor` tells).
 */
export function loadPort<Port>(plugins: Iterable<InstalledPlugin>, key: string, tools?: object): Port | undefined {
  const declaration = declarationsOf(plugins).find(({ api, rally }) => api === 1 && str(rally[key]) !== '')
  if (!declaration) return undefined
  try {
    const { plugin, type, root, rally } = declaration
    const inside = bundledModule({ plugin, type, key })
    const factory = inside ? inside() : requireModule(entryPath(root, rally[key], key))
    return typeof factory === 'function' ? factory(tools) : undefined
  } catch {
    return undefined
  }
}
