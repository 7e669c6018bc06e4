import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream'
import {
  AuthorizationError,
  NoRespondersError,
  PermissionViolationError,
  UserAuthenticationExpiredError,
} from '@nats-io/transport-node'
import type { TransportApi } from '@rally/core/ports/transport-plugin'

/** Error codes of the JetStream API that mean "no room": stream at its limit, account or disk at theirs. */
const FULL = new Set([10002, 10023, 10028, 10047, 10077, 10120])
const TOO_LARGE = 10054
const NOT_ENABLED = new Set<number>([10039, 10076, JetStreamApiCodes.JetStreamNotEnabledForAccount])

/** The JetStream of the server has answered, if only to refuse. */
export function isAnswer(error: unknown): boolean {
  return error instanceof JetStreamApiError
}

export function isWrongSequence(error: unknown): boolean {
  return error instanceof JetStreamApiError && (error.code === 10071 || error.code === 10164)
}

export function isStreamMissing(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound
}

/** A stream that exists by name but not yet in fact. */
export function isBeingMade(error: unknown): boolean {
  return error instanceof JetStreamApiError && /invalid stream|stream not valid/.test(error.message)
}

export function isConsumerMissing(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === JetStreamApiCodes.ConsumerNotFound
}

/** Nobody listens on a subject: the stream does not exist (yet). */
export function isNobodyThere(error: unknown): boolean {
  return causes(error).some((cause) => cause instanceof NoRespondersError)
}

/** The RallyError for whatever the client library threw. `what` completes "has no room for …", "does not permit …". */
export function toRallyError(error: unknown, at: { api: TransportApi; server: string; what: string }): Error {
  const { api, server, what } = at
  if (error instanceof Error && error.name === 'RallyError') return error
  const chain = causes(error)
  const make = (code: string, details: Record<string, unknown>) =>
    api.error(code, { server, ...details }, { cause: error })
  if (chain.some((cause) => cause instanceof AuthorizationError || cause instanceof UserAuthenticationExpiredError)) {
    return make('SERVER_REFUSED', {})
  }
  const certificate = chain.map(certificateReason).find((reason) => reason !== undefined)
  if (certificate !== undefined) return make('SERVER_CERTIFICATE', { reason: certificate })
  if (chain.some((cause) => cause instanceof Error && /not support 'tls'|tls.*not available/i.test(cause.message))) {
    return make('SERVER_CERTIFICATE', { reason: 'it has none, and the connection must be encrypted' })
  }
  const denied = chain.find((cause) => cause instanceof PermissionViolationError)
  if (denied instanceof PermissionViolationError) {
    return make('SERVER_FORBIDDEN', { what: `${denied.operation} on ${denied.subject}` })
  }
  const answer = chain.find((cause) => cause instanceof JetStreamApiError)
  if (answer instanceof JetStreamApiError) {
    if (FULL.has(answer.code)) return make('SERVER_FULL', { what, reason: answer.message })
    if (answer.code === TOO_LARGE) return make('TOO_LARGE', { what })
    if (NOT_ENABLED.has(answer.code)) return make('SERVER_UNSUPPORTED', { reason: answer.message })
    return make('NOT_STORED', { what, reason: `${answer.message} (${answer.code})`, hint: 'run rally doctor' })
  }
  if (chain.some((cause) => cause instanceof Error && /max_payload|maximum payload/i.test(cause.message))) {
    return make('TOO_LARGE', { what })
  }
  return make('SERVER_UNREACHABLE', { reason: reasonOf(chain) })
}

/** The error and what caused it, outermost first; a cause that names itself ends the chain. */
function causes(error: unknown): unknown[] {
  const chain: unknown[] = []
  for (let cause = error; cause !== undefined && !chain.includes(cause) && chain.length < 8; ) {
    chain.push(cause)
    cause = cause instanceof Error ? cause.cause : undefined
  }
  return chain
}

const CERTIFICATE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'its authority is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known here',
  CERT_REVOKED: 'it was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it belongs to another host name',
}

function certificateReason(cause: unknown): string | undefined {
  const code = codeOf(cause)
  if (code === undefined) return undefined
  if (CERTIFICATE[code] !== undefined) return CERTIFICATE[code]
  if (/ALERT_(CERTIFICATE|BAD_CERT|UNKNOWN_CA)|TLSV13_ALERT/.test(code))
    return 'the server wants a client certificate that it knows'
  return /^(ERR_SSL|ERR_TLS|CERT_)/.test(code) ? code : undefined
}

function codeOf(cause: unknown): string | undefined {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? code : undefined
}

/** A word on why, without any text that could hold an address with a secret in it. */
function reasonOf(chain: readonly unknown[]): string {
  const code = chain.map(codeOf).find((one) => one !== undefined)
  if (code === 'ECONNREFUSED') return 'nothing listens there'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name cannot be resolved'
  if (code !== undefined) return code
  const [error] = chain
  if (chain.some((cause) => cause instanceof Error && cause.name === 'TimeoutError'))
    return 'it does not answer in time'
  return error instanceof Error && error.message !== '' ? error.message : 'the connection is down'
}
