import { homedir } from 'node:os'
import { join } from 'node:path'
import { RallyError } from '@rally/core/errors'
import type { Configuration } from '@rally/core/model/configuration'
import type { ServerSettings } from '@rally/core/ports/transport-plugin'
import { cliError } from '../errors.js'

/** The server as flags and configuration name it. Throws USAGE for a secret in a flag, RELAY_NOT_CONFIGURED. */
export function readServerSettings(
  relay: Configuration['relay'],
  options: { to?: string | undefined; home?: string | undefined },
): ServerSettings {
  const { to: flag, home = homedir() } = options
  if (flag?.includes('@')) {
    throw new RallyError('USAGE', {
      message: '--to holds a password or token: every user of this machine can read the arguments of a process',
      hint: 'put the URL into the configuration (relay.to) or into RALLY_RELAY_TO',
    })
  }
  const to = flag ?? relay?.to
  if (to === undefined || to === '') throw cliError('RELAY_NOT_CONFIGURED')
  const file = (path: string | undefined) => (path?.startsWith('~/') ? join(home, path.slice(2)) : path)
  return {
    to,
    prefix: relay?.prefix,
    credentials: file(relay?.credentials),
    nkey: file(relay?.nkey),
    user: relay?.user,
    password_file: file(relay?.password_file),
    token_file: file(relay?.token_file),
    tls: relay?.tls && { ca: file(relay.tls.ca), cert: file(relay.tls.cert), key: file(relay.tls.key) },
    max_age_days: relay?.max_age_days,
    max_bytes: relay?.max_bytes,
    replicas: relay?.replicas,
  }
}

/** Schemes that are not called like their transport. */
const TRANSPORTS: Readonly<Record<string, string>> = { tls: 'nats' }

/** The transport that a server URL calls for. */
export function transportOf(to: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(to.trim())?.[1]?.toLowerCase()
  if (scheme === undefined) {
    throw new RallyError('USAGE', { message: 'the server is named by a URL', hint: 'for example nats://host:4222' })
  }
  return TRANSPORTS[scheme] ?? scheme
}
