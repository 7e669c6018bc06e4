import { REGISTER_API } from '@rally/core/plugin-api/contributions'
import { str } from '@rally/core/readers'
import type { ContributingPlugin } from '../composition/collect-contributions.js'
import { bundledModule } from './bundled-modules.js'
import { declarationsOf, type InstalledPlugin, type PluginDeclaration } from './plugin-declarations.js'
import { entryPath, requireModule } from './plugin-module.js'

/** The plugins that name a file which registers something, sorted by name. */
export function contributingPlugins(plugins: Iterable<InstalledPlugin>): readonly ContributingPlugin[] {
  return declarationsOf(plugins)
    .filter(({ rally }) => str(rally.register) !== '')
    .map((declaration) => ({ plugin: declaration.plugin, load: () => loadRegister(declaration) }))
}

function loadRegister({ plugin, type, root, api, rally }: PluginDeclaration): unknown {
  if (api !== REGISTER_API)
    throw new Error(`it declares api ${JSON.stringify(api) ?? 'nothing'}, this rally needs ${REGISTER_API}`)
  const inside = bundledModule({ plugin, type, key: 'register' })
  return inside ? inside() : requireModule(entryPath(root, rally.register, 'register'))
}
