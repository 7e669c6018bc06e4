import { isSafeId } from '@rally/core/ids'
import type { FoundHost } from '@rally/core/ports/host'
import { obj } from '@rally/core/readers'

/** The sessions that hosts name in the `_meta` of a tool call, each where its adapter declares it. */
export function sessionsNamedIn(
  meta: unknown,
  hosts: readonly FoundHost[],
): readonly { readonly tool: string; readonly sessionId: string }[] {
  return hosts.flatMap(({ id, adapter }) => {
    const key = adapter?.mcp?.sessionKey
    const sessionId = key === undefined ? undefined : obj(meta)[key]
    return isSafeId(sessionId) ? [{ tool: id, sessionId }] : []
  })
}
