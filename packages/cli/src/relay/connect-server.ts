import type { ConfigurationPort } from '@rally/core/ports/configuration'
import type {
  ServerConnection,
  ServerSettings,
  TransportApi,
  TransportPlugin,
} from '@rally/core/ports/transport-plugin'
import type { TransportPlugins } from '../plugins/found-transports.js'
import { readServerSettings, transportOf } from './server-settings.js'

export interface ServerParts {
  readonly configuration: ConfigurationPort
  readonly plugins: TransportPlugins
  readonly api: TransportApi
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The plugin of the configured server, ready to connect. Throws RELAY_NOT_CONFIGURED, TRANSPORT_UNKNOWN, PLUGIN_REFUSED. */
export async function findServer(
  parts: ServerParts,
  options: { to?: string | undefined } = {},
): Promise<{ plugin: TransportPlugin; settings: ServerSettings }> {
  const { relay } = await parts.configuration.read(undefined)
  const settings = readServerSettings(relay, { to: options.to, home: parts.env.HOME })
  return { plugin: await parts.plugins.load(transportOf(settings.to), parts.api), settings }
}

/** A connection for one command. */
export async function connectServer(
  parts: ServerParts,
  options: { name: string; to?: string | undefined },
): Promise<ServerConnection> {
  const { plugin, settings } = await findServer(parts, options)
  return plugin.connect(settings, { name: options.name })
}
