import { CATALOGUE, type ErrorCode, errorsOf, RallyError } from '@rally/core/errors'
import { requireSafeId, safeName } from '@rally/core/ids'
import type { Clock, Ids } from '@rally/core/ports/clock'
import { TRANSPORT_API, type TransportApi } from '@rally/core/ports/transport-plugin'

/** What a transport plugin gets from rally. */
export function createTransportApi(parts: { clock: Clock; ids: Ids }): TransportApi {
  return Object.freeze<TransportApi>({
    api: TRANSPORT_API,
    error: (code, details, options) =>
      isErrorCode(code)
        ? new RallyError(code, details, options)
        : new RallyError('INTERNAL', { reason: `a transport failed with ${code}` }, options),
    errors: errorsOf,
    requireSafeId,
    safeName,
    ...parts,
  })
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(CATALOGUE, code)
}
