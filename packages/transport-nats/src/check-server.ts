import type { ServerCheck } from '@rally/core/ports/transport-plugin'
import type { Link } from './link.js'
import { BUCKETS, roomNames } from './names.js'

/** What `rally doctor` wants to know of a server that we are connected to. Writes nothing. */
export async function checkServer(link: Link): Promise<readonly ServerCheck[]> {
  const checks: ServerCheck[] = [version(link), encryption(link)]
  checks.push(await account(link))
  for (const bucket of BUCKETS) checks.push(await access(link, roomNames(link.prefix, 'x').bucketStream(bucket)))
  return checks
}

function version({ nc, address }: Link): ServerCheck {
  const message = `${address.shown} is nats-server ${nc.info?.version ?? 'of unknown version'} with JetStream`
  return { code: 'server', severity: 'ok', message, hint: null }
}

function encryption({ nc, address, settings }: Link): ServerCheck {
  const secret = address.password ?? address.token ?? settings.password_file ?? settings.token_file
  const encrypted = nc.info?.tls_required === true || nc.info?.tls_available === true
  if (encrypted) return { code: 'server-tls', severity: 'ok', message: 'the connection is encrypted', hint: null }
  if (address.loopback)
    return { code: 'server-tls', severity: 'ok', message: 'the server is on this machine', hint: null }
  const message =
    secret === undefined
      ? 'the connection is not encrypted: everybody on the way can read and change records'
      : 'a password or token goes over the network in plain text'
  return { code: 'server-tls', severity: 'warning', message, hint: 'turn TLS on at the server and use tls://' }
}

async function account(link: Link): Promise<ServerCheck> {
  try {
    const { streams, limits, storage } = await link.run('the use of JetStream', () => link.jsm.getAccountInfo())
    const full = limits.max_streams > 0 && streams >= limits.max_streams
    const room = limits.max_storage > 0 && storage >= limits.max_storage * 0.9
    const message = `the account holds ${streams} streams and ${Math.ceil(storage / 1024)} KiB`
    if (!full && !room) return { code: 'server-room', severity: 'ok', message, hint: null }
    return {
      code: 'server-room',
      severity: 'warning',
      message: `${message}: close to its limits`,
      hint: 'raise the limits of the account',
    }
  } catch (error) {
    return failure('server-room', error)
  }
}

async function access(link: Link, stream: string): Promise<ServerCheck> {
  try {
    await link.run(`information on the stream ${stream}`, async () => {
      await link.jsm.streams.info(stream).catch((error: unknown) => {
        if (error instanceof Error && error.name === 'StreamNotFoundError') return
        throw error
      })
    })
    return { code: 'server-permissions', severity: 'ok', message: `${stream} may be used`, hint: null }
  } catch (error) {
    return failure('server-permissions', error)
  }
}

function failure(code: string, error: unknown): ServerCheck {
  const message = error instanceof Error ? error.message : String(error)
  const hint = error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? error.hint : null
  return { code, severity: 'error', message, hint }
}
