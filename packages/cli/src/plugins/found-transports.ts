import { RallyError, reasonOf } from '@rally/core/errors'
import type { TransportSupply } from '@rally/core/plugin-api/contributions'
import { TRANSPORT_API, type TransportApi, type TransportPlugin } from '@rally/core/ports/transport-plugin'
import { isObject, str } from '@rally/core/readers'
import { declarationsOf, type InstalledPlugin, type PluginDeclaration } from '@rally/local/plugins/plugin-declarations'
import { entryPath, importModule } from '@rally/local/plugins/plugin-module'
import { cliError } from '../errors.js'

/** A transport that a plugin declares. Its code has not run. */
export interface FoundTransport {
  /** `nats` */
  readonly transport: string
  readonly plugin: string
  readonly version: string
  readonly type: string
  readonly root: string
  /** Why it is not used. */
  readonly refusal?: string
}

export interface TransportPlugins {
  /** Every declared transport, sorted. Broken ones carry `refusal`. */
  list(): readonly FoundTransport[]
  /**
   * Runs the plugin's code.
   * @throws RallyError TRANSPORT_UNKNOWN, or PLUGIN_REFUSED naming the plugin
   */
  load(transport: string, api: TransportApi): Promise<TransportPlugin>
}

/**
 * The transports of this program, resolved together: those that plugins declare (`"rally": {"api": 1, "transport": "nats",
 * "entry": "./dist/transport.js"}`, a registration that rally makes for them), then those that plugins registered by code.
 */
export function createTransportPlugins(
  plugins: Iterable<InstalledPlugin>,
  registered: readonly TransportSupply[] = [],
): TransportPlugins {
  const declared = declarationsOf(plugins).filter(({ rally }) => str(rally.transport) !== '')
  const list = declared
    .map((declaration) => factsOf(declaration, declared))
    .sort((a, b) => (a.transport < b.transport ? -1 : a.transport > b.transport ? 1 : 0))
  return {
    list: () => list,
    load: async (transport, api) => {
      const found = list.find((item) => item.transport === transport && item.refusal === undefined)
      const refused = list.find((item) => item.transport === transport)
      if (!found) {
        const supply = registered.find((item) => item.transport === transport)
        if (!refused && supply) return loadSupply(supply, api)
        if (!refused) throw cliError('TRANSPORT_UNKNOWN', { transport })
        throw new RallyError('PLUGIN_REFUSED', { plugin: refused.plugin, reason: refused.refusal ?? 'unknown' })
      }
      const entry = declared.find(({ plugin }) => plugin === found.plugin)?.rally.entry
      try {
        return await loadTransport(entryPath(found.root, entry, 'entry'), transport, api)
      } catch (error) {
        const reason = reasonOf(error).split('\n', 1)[0]
        throw new RallyError('PLUGIN_REFUSED', { plugin: found.plugin, reason }, { cause: error })
      }
    },
  }
}

async function loadSupply({ transport, load }: TransportSupply, api: TransportApi): Promise<TransportPlugin> {
  try {
    return makeTransport(await load(), transport, api)
  } catch (error) {
    const reason = reasonOf(error).split('\n', 1)[0]
    throw new RallyError(
      'PLUGIN_REFUSED',
      { plugin: `that supplies the transport ${transport}`, reason },
      { cause: error },
    )
  }
}

async function loadTransport(path: string, transport: string, api: TransportApi): Promise<TransportPlugin> {
  return makeTransport(await importModule(path), transport, api)
}

function makeTransport(factory: unknown, transport: string, api: TransportApi): TransportPlugin {
  if (typeof factory !== 'function') throw new Error('its entry does not export a function')
  const plugin: unknown = factory(api)
  if (!isObject(plugin) || plugin.api !== TRANSPORT_API)
    throw new Error(`its entry does not speak api ${TRANSPORT_API}`)
  if (plugin.transport !== transport)
    throw new Error(`its entry is for another transport than ${JSON.stringify(transport)}`)
  if (typeof plugin.connect !== 'function') throw new Error('its entry has no connect()')
  return plugin as unknown as TransportPlugin
}

function factsOf(declaration: PluginDeclaration, all: readonly PluginDeclaration[]): FoundTransport {
  const { plugin, version, type, root, api, rally } = declaration
  const others = all.filter((other) => other !== declaration && other.rally.transport === rally.transport)
  const refusal =
    api !== TRANSPORT_API
      ? `it declares api ${JSON.stringify(api) ?? 'nothing'}, this rally needs ${TRANSPORT_API}`
      : others.length > 0
        ? `the transport is also supplied by ${others.map((other) => other.plugin).join(', ')}`
        : undefined
  return { transport: str(rally.transport), plugin, version, type, root, ...(refusal === undefined ? {} : { refusal }) }
}
