import type { StopOutput } from '@rally/core/model/outputs/stop'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { SessionContext } from '@rally/core/usecases/context'
import type { Departure } from '@rally/core/usecases/presence/leave-room'

export function toJson(
  { name, removed, released }: Departure,
  { channel, session }: Pick<SessionContext, 'channel' | 'session'>,
  keepClaims: boolean,
): StopOutput {
  return {
    action: 'presence-stopped',
    app_slug: channel.app,
    session_id: session.sessionId,
    name,
    resolved_via: channel.resolvedVia,
    presence_removed: removed === null ? [] : [removed],
    claims_released: [...released],
    claims_kept: keepClaims,
  }
}

export function toText({ name, app_slug: app, presence_removed, claims_released }: StopOutput): string {
  const id = cleanLine(name)
  const left = presence_removed.length > 0 ? `${id} has left ${app}` : `${id} was not in ${app}`
  return claims_released.length > 0 ? `${left}; gave up: ${claims_released.join(', ')}` : left
}
