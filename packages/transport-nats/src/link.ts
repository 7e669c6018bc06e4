import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream'
import {
  AuthorizationError,
  connect,
  type NatsConnection,
  UserAuthenticationExpiredError,
} from '@nats-io/transport-node'
import type { ServerSettings, TransportApi } from '@rally/core/ports/transport-plugin'
import { authenticatorOf } from './credentials.js'
import { toRallyError } from './failures.js'
import { parseServers, type ServerAddress } from './server-url.js'

/** How long one request to the server may take. */
const REQUEST_MS = 5_000
const DIRECT_MS = 2_000
/** Oldest server whose JetStream does all that is used here. */
const OLDEST: readonly [major: number, minor: number] = [2, 9]
/** After refused credentials: somebody has to act first, so no haste. */
const REFUSED_PAUSE_MS = 5_000

/** The connection, as the stores use it. */
export interface Link {
  readonly api: TransportApi
  readonly settings: ServerSettings
  readonly address: ServerAddress
  readonly prefix: string
  readonly nc: NatsConnection
  readonly js: JetStreamClient
  readonly jsm: JetStreamManager
  /** Reads of single messages; a stream that is not there, or not yet, does not answer them at all. */
  readonly direct: JetStreamManager['direct']
  readonly up: boolean
  /** How often it was made anew; what the server keeps in memory may be gone after each time. */
  readonly renewals: number
  /** Runs a request; whatever goes wrong becomes a RallyError, also the connection going down meanwhile. */
  run<T>(what: string, request: () => Promise<T>): Promise<T>
  onChange(listener: (up: boolean) => void): () => void
  close(): Promise<void>
}

/** Connects and makes sure that this server and account can carry channels. */
export async function openLink(
  settings: ServerSettings,
  options: { api: TransportApi; name: string; timeoutMs: number },
): Promise<Link> {
  const { api, name, timeoutMs } = options
  const address = parseServers(settings.to, api)
  const prefix = settings.prefix ?? 'rally'
  const failed = (error: unknown, what: string) => toRallyError(error, { api, server: address.shown, what })
  const authenticator = authenticatorOf(settings, address, api)
  const tls = address.tls || settings.tls !== undefined ? tlsOptions(settings) : undefined
  let refused = false
  let nc: NatsConnection
  try {
    nc = await connect({
      servers: [...address.servers],
      name,
      ...(authenticator === undefined ? {} : { authenticator }),
      ...(tls === undefined ? {} : { tls }),
      inboxPrefix: `_INBOX.${prefix}`,
      pingInterval: 2_000,
      maxPingOut: 2,
      maxReconnectAttempts: -1,
      reconnectDelayHandler: () => (refused ? REFUSED_PAUSE_MS : 250) + Math.floor(Math.random() * 250),
      timeout: timeoutMs,
      ignoreAuthErrorAbort: true,
      noAsyncTraces: true,
    })
  } catch (error) {
    throw failed(error, 'a connection')
  }
  const link = await watchLink(nc, { api, settings, address, prefix, onError: (isRefusal) => (refused = isRefusal) })
  try {
    await link.run('the use of JetStream', () => requireJetStream(nc, address.shown, api))
  } catch (error) {
    await link.close()
    throw error
  }
  return link
}

function tlsOptions({ tls }: ServerSettings) {
  return {
    ...(tls?.ca === undefined ? {} : { caFile: tls.ca }),
    ...(tls?.cert === undefined ? {} : { certFile: tls.cert }),
    ...(tls?.key === undefined ? {} : { keyFile: tls.key }),
  }
}

async function requireJetStream(nc: NatsConnection, server: string, api: TransportApi): Promise<void> {
  const version = nc.info?.version ?? '0'
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw api.error('SERVER_UNSUPPORTED', { server, reason: `it is version ${version}` })
  }
  if (nc.info?.jetstream !== true) {
    throw api.error('SERVER_UNSUPPORTED', { server, reason: 'JetStream is turned off' })
  }
  await (await jetstreamManager(nc, { checkAPI: false, timeout: REQUEST_MS })).getAccountInfo()
}

/** Follows the state of the connection, so that requests fail at once while it is down instead of waiting for a timeout. */
async function watchLink(
  nc: NatsConnection,
  parts: Pick<Link, 'api' | 'settings' | 'address' | 'prefix'> & { onError: (isRefusal: boolean) => void },
): Promise<Link> {
  const { api, settings, address, prefix, onError } = parts
  const listeners = new Set<(up: boolean) => void>()
  let up = true
  let renewals = 0
  let lastError: unknown
  /** Requests under way. A promise of the next fall, raced with each of them, would keep all their answers alive. */
  const underWay = new Set<(error: Error) => void>()
  const failed = (error: unknown, what: string) => toRallyError(error, { api, server: address.shown, what })

  const change = (now: boolean) => {
    if (up === now) return
    up = now
    if (now) {
      lastError = undefined
      renewals += 1
    } else for (const fail of [...underWay]) fail(new Error('the connection was lost'))
    for (const listener of [...listeners]) listener(up)
  }
  const follow = async () => {
    for await (const status of nc.status()) {
      if (status.type === 'disconnect' || status.type === 'staleConnection' || status.type === 'close') change(false)
      if (status.type === 'reconnect') {
        onError(false)
        change(true)
      }
      if (status.type === 'error') {
        const refusal =
          status.error instanceof AuthorizationError || status.error instanceof UserAuthenticationExpiredError
        onError(refusal)
        if (refusal) lastError = status.error
      }
    }
    change(false)
  }
  follow().catch(() => change(false))

  return {
    api,
    settings,
    address,
    prefix,
    nc,
    js: jetstream(nc, { timeout: REQUEST_MS }),
    jsm: await jetstreamManager(nc, { checkAPI: false, timeout: REQUEST_MS }),
    direct: (await jetstreamManager(nc, { checkAPI: false, timeout: DIRECT_MS })).direct,
    get up() {
      return up
    },
    get renewals() {
      return renewals
    },
    async run(what, request) {
      if (!up) throw failed(lastError ?? new Error('the connection is down'), what)
      let fail: (error: Error) => void = () => undefined
      try {
        return await new Promise((resolve, reject) => {
          fail = reject
          underWay.add(fail)
          request().then(resolve, reject)
        })
      } catch (error) {
        throw failed(error, what)
      } finally {
        underWay.delete(fail)
      }
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      change(false)
      await nc.close()
    },
  }
}
