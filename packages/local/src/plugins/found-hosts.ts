import { existsSync } from 'node:fs'
import { reasonOf } from '@rally/core/errors'
import { createHostApi, heedMarks } from '@rally/core/moments'
import { type FoundHost, HOST_API, type HostAdapter, type HostMarks, type Hosts } from '@rally/core/ports/host'
import { obj, str, strings } from '@rally/core/readers'
import { chooseHostPlugin } from '@rally/core/rules/host/choose-host-plugin'
import { hostIdOf } from '@rally/core/rules/host/host-id'
import { bundledModule } from './bundled-modules.js'
import type { InstalledPlugins } from './installed-plugins.js'
import { loadAdapter } from './load-adapter.js'
import { declarationsOf, type PluginDeclaration } from './plugin-declarations.js'
import { bundledAdapterPath, entryPath, requireModule } from './plugin-module.js'

/** One way to get at the adapter of a host, with what is said about it. */
type Source = Omit<FoundHost, 'adapter' | 'refusal'> & { readonly load: () => unknown }

/**
 * The hosts that plugins declare. Code of a plugin runs only when its adapter is asked for. An installed plugin that cannot
 * be used is refused by name; where rally brings a copy of that host, the copy is used instead.
 */
export function createHosts(options: InstalledPlugins): Hosts {
  const api = createHostApi()
  const bundled = strings(obj(obj(options.pjson).oclif).plugins)
  const byHost = groupByHost(declarationsOf(options.plugins))
  const loaded = new Map<string, readonly FoundHost[]>()

  const find = (id: string): readonly FoundHost[] => {
    const known = loaded.get(id)
    if (known) return known
    const found = findHost(id, byHost.get(id) ?? [])
    loaded.set(id, found)
    return found
  }

  const otherMarks = (id: string): HostMarks[] =>
    [...byHost.keys()].flatMap((other) => (other === id ? [] : [adapterOf(find(other))?.marks ?? {}]))

  const findHost = (id: string, declarations: readonly PluginDeclaration[]): readonly FoundHost[] => {
    const { used, refused } = chooseHostPlugin(declarations, bundled, HOST_API)
    const refusals = refused.map(({ candidate, reason }) => ({ ...factsOf(id, candidate), refusal: reason }))
    const found: FoundHost[] = []
    for (const source of sourcesOf(id, used, declarations)) {
      const { load, ...facts } = source
      try {
        found.push({ ...facts, adapter: heedMarks(loadAdapter(load(), id, api), () => otherMarks(id)) })
        break
      } catch (error) {
        found.push({ ...facts, refusal: firstLine(reasonOf(error)) })
      }
    }
    return [...found.reverse(), ...refusals]
  }

  const sourcesOf = (id: string, used: PluginDeclaration | undefined, all: readonly PluginDeclaration[]): Source[] => {
    const sources: Source[] = []
    if (used) {
      const load = used.type === 'core' ? findCopy(id, used.plugin) : undefined
      const own = () => requireModule(entryPath(used.root, used.rally.adapter, 'adapter'))
      sources.push({ ...factsOf(id, used), load: load ?? own })
    }
    const owner = all.find(({ plugin }) => bundled.includes(plugin))
    const load = owner && used?.type !== 'core' ? findCopy(id, owner.plugin) : undefined
    if (owner && load) sources.push({ ...copyOf(id, owner.plugin), load })
    return sources
  }

  const findCopy = (id: string, plugin: string): Source['load'] | undefined => {
    const inside = bundledModule({ plugin, type: 'core', key: 'adapter' })
    const copy = bundledAdapterPath(options.root, id)
    return inside ?? (existsSync(copy) ? () => requireModule(copy) : undefined)
  }

  const copyOf = (id: string, plugin: string): Omit<Source, 'load'> => {
    return { id, plugin, version: str(obj(options.pjson).version), type: 'core', root: options.root }
  }

  return {
    list: async () => [...byHost.keys()].sort().flatMap(find),
    get: async (id) => adapterOf(find(hostIdOf(id) ?? id)),
  }
}

function groupByHost(declarations: readonly PluginDeclaration[]): ReadonlyMap<string, readonly PluginDeclaration[]> {
  const byHost = new Map<string, PluginDeclaration[]>()
  for (const declaration of declarations) {
    const id = hostIdOf(declaration.rally.host)
    if (id !== undefined) byHost.set(id, [...(byHost.get(id) ?? []), declaration])
  }
  return byHost
}

function factsOf(id: string, { plugin, version, type, root }: PluginDeclaration): Omit<Source, 'load'> {
  return { id, plugin, version, type, root }
}

function adapterOf(found: readonly FoundHost[]): HostAdapter | undefined {
  return found.find((host) => host.adapter !== undefined)?.adapter
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
