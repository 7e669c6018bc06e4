import type { TransportApi } from '@rally/core/ports/transport-plugin'

/** What a list of server URLs says. `user`, `password` and `token` never leave this process except to the server. */
export interface ServerAddress {
  /** `host:port`, … as the client library takes them: without credentials. */
  readonly servers: readonly string[]
  /** The same for people. */
  readonly shown: string
  readonly tls: boolean
  readonly loopback: boolean
  readonly user: string | undefined
  readonly password: string | undefined
  readonly token: string | undefined
}

export const SCHEMES = ['nats', 'tls'] as const

/** Reads `nats://[user[:password]|token@]host[:port][,…]`. The text of an error never holds the URL. */
export function parseServers(to: string, api: TransportApi): ServerAddress {
  const parts = to
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const urls = parts.map((part, index) => parseOne(part, index + 1, api))
  const [first] = urls
  if (first === undefined) throw invalid('no server is named', api)
  const servers = urls.map((url) => `${url.hostname}:${url.port === '' ? '4222' : url.port}`)
  const credentials = urls.find((url) => url.username !== '') ?? first
  const [username, password] = [credentials.username, credentials.password].map((text) => decode(text, api))
  return {
    servers,
    shown: servers.join(','),
    tls: urls.some((url) => url.protocol === 'tls:'),
    loopback: urls.every((url) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)),
    user: password === '' ? undefined : username,
    password: password === '' ? undefined : password,
    token: password === '' && username !== '' ? username : undefined,
  }
}

function parseOne(part: string, position: number, api: TransportApi): URL {
  const scheme = /^([a-z]+):\/\//i.exec(part)?.[1]?.toLowerCase()
  if (scheme === undefined || !SCHEMES.some((known) => known === scheme)) {
    throw invalid(`server ${position} does not start with nats:// or tls://`, api)
  }
  try {
    const url = new URL(part)
    if (url.hostname !== '' && (url.pathname === '' || url.pathname === '/')) return url
  } catch {
    // The message of the failure would repeat the URL, with whatever secret is in it.
  }
  throw invalid(`server ${position} is no URL like nats://host:4222`, api)
}

function decode(text: string, api: TransportApi): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid('user or password of the server URL is not percent-encoded', api)
  }
}

function invalid(reason: string, api: TransportApi): Error {
  return api.error('CONFIG_INVALID', { path: 'relay.to', reason })
}
