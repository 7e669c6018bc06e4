import { readFileSync } from 'node:fs'
import {
  type Authenticator,
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node'
import type { ServerSettings, TransportApi } from '@rally/core/ports/transport-plugin'
import type { ServerAddress } from './server-url.js'

/**
 * How to prove who we are. Files are read at each connection, so that renewed credentials are taken without a restart; a
 * file that cannot be read then leaves the ones from before in use.
 */
export function authenticatorOf(
  settings: ServerSettings,
  address: ServerAddress,
  api: TransportApi,
): Authenticator | undefined {
  if (settings.credentials !== undefined)
    return credsAuthenticator(secretFile('credentials', settings.credentials, api))
  if (settings.nkey !== undefined) {
    const read = secretFile('nkey', settings.nkey, api)
    return nkeyAuthenticator(() => trim(read()))
  }
  if (settings.token_file !== undefined) {
    const read = secretFile('token_file', settings.token_file, api)
    return tokenAuthenticator(() => textOf(trim(read())))
  }
  const user = settings.user ?? address.user
  if (user !== undefined) {
    const read =
      settings.password_file === undefined ? undefined : secretFile('password_file', settings.password_file, api)
    const password = () => (read === undefined ? (address.password ?? '') : textOf(trim(read())))
    return usernamePasswordAuthenticator(user, password)
  }
  return address.token === undefined ? undefined : tokenAuthenticator(address.token)
}

function secretFile(key: string, path: string, api: TransportApi): () => Uint8Array {
  let known: Uint8Array
  try {
    known = readFileSync(path)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read'
    throw api.error('CONFIG_INVALID', { path: `relay.${key}`, reason: `the file is not readable (${reason})` })
  }
  return () => {
    try {
      known = readFileSync(path)
    } catch {
      // Kept as it was: the server decides whether it still counts.
    }
    return known
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

function trim(bytes: Uint8Array): Uint8Array {
  return new TextEncoder().encode(textOf(bytes).trim())
}
