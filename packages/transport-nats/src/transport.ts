import type { TransportApi, TransportPluginFactory } from '@rally/core/ports/transport-plugin'
import { checkServer } from './check-server.js'
import { CATALOGUE } from './errors.js'
import { openLink } from './link.js'
import { openNatsTransport } from './nats-transport.js'
import { SCHEMES } from './server-url.js'

/** Presence that no relay renews disappears after so many seconds. */
const PRESENCE_TTL = 60
const CONNECT_MS = 2_000

/** The entry that the `rally` key of package.json names. */
const factory: TransportPluginFactory = (given) => {
  const api = withOwnErrors(given)
  return {
    api: 1,
    transport: 'nats',
    schemes: SCHEMES,
    presenceTtl: PRESENCE_TTL,
    async connect(settings, { name, timeoutMs = CONNECT_MS }) {
      const link = await openLink(settings, { api, name, timeoutMs })
      const presenceTtlMs = (settings.presence_ttl ?? PRESENCE_TTL) * 1000
      return {
        server: link.address.shown,
        get up() {
          return link.up
        },
        onChange: (listener) => link.onChange(listener),
        open: (request) => openNatsTransport(link, { ...request, presenceTtlMs }),
        check: () => checkServer(link),
        close: () => link.close(),
      }
    },
  }
}

/** The same, but `error` makes the failures of this plugin's catalogue, too. */
function withOwnErrors(api: TransportApi): TransportApi {
  const own = api.errors(CATALOGUE)
  const isOwn = (code: string): code is keyof typeof CATALOGUE => Object.hasOwn(CATALOGUE, code)
  return { ...api, error: (code, ...about) => (isOwn(code) ? own(code, ...about) : api.error(code, ...about)) }
}

export default factory
