import { createHash } from 'node:crypto'
import { nkeys } from '@nats-io/transport-node'

/** An operator, an account with JetStream and a user, as `nsc` makes them: what the server is told, and the user's file. */
export function makeJwtWorld(): { config: string; credentials: string; expired: string } {
  const operator = nkeys.createOperator()
  const account = nkeys.createAccount()
  const system = nkeys.createAccount()
  const user = nkeys.createUser()
  const limits = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 }
  const jetstream = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 }
  const accountOf = (pair: nkeys.KeyPair, more: object) =>
    sign(operator, pair, { name: 'team', nats: { limits: { ...limits, ...more }, type: 'account', version: 2 } })
  const userOf = (more: object) =>
    sign(account, user, { name: 'rally', ...more, nats: { pub: {}, sub: {}, ...UNLIMITED, type: 'user', version: 2 } })
  const config = [
    `operator: ${sign(operator, operator, { name: 'operator', nats: { type: 'operator', version: 2 } })}`,
    `system_account: ${system.getPublicKey()}`,
    'resolver: MEMORY',
    'resolver_preload: {',
    `  ${account.getPublicKey()}: ${accountOf(account, jetstream)}`,
    `  ${system.getPublicKey()}: ${accountOf(system, {})}`,
    '}',
  ].join('\n')
  return {
    config,
    credentials: credentialsFile(userOf({}), user),
    expired: credentialsFile(userOf({ exp: 1_600_000_000 }), user),
  }
}

const UNLIMITED = { subs: -1, data: -1, payload: -1 }

function sign(issuer: nkeys.KeyPair, subject: nkeys.KeyPair, claims: object): string {
  const body = { iat: 1_600_000_000 - 100, iss: issuer.getPublicKey(), sub: subject.getPublicKey(), ...claims }
  const jti = createHash('sha256').update(JSON.stringify(body)).digest('hex')
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${encode({ typ: 'JWT', alg: 'ed25519-nkey' })}.${encode({ jti, ...body })}`
  return `${text}.${Buffer.from(issuer.sign(new TextEncoder().encode(text))).toString('base64url')}`
}

function credentialsFile(jwt: string, user: nkeys.KeyPair): string {
  const seed = new TextDecoder().decode(user.getSeed())
  return `-----BEGIN NATS USER JWT-----
${jwt}
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
${seed}
------END USER NKEY SEED------
`
}
