import type { SessionContext } from '@rally/core/usecases/context'
import type { Posted } from '@rally/core/usecases/log/post-record'
import type { Departure } from '@rally/core/usecases/presence/leave-room'
import { toOpenHandoff } from '../command-line/open-handoffs.js'
import type { CloseOutOutput } from '../outputs/buildloop-close-out.js'

/** What became of a run that was to be closed: it is closed, or handoffs of its own are open. */
export type CloseOut = {
  readonly open: readonly Parameters<typeof toOpenHandoff>[0][]
  readonly posted?: Pick<Posted, 'revision' | 'eventId'>
  readonly left?: Departure
}

export function toJson(
  { open, posted, left }: CloseOut,
  { channel, session }: Pick<SessionContext, 'channel' | 'session'>,
): CloseOutOutput {
  return {
    action: posted === undefined ? 'close-out-refused' : 'run-closed',
    app_slug: channel.app,
    session_id: session.sessionId,
    channel_revision: posted?.revision ?? null,
    event_id: posted?.eventId ?? null,
    open_handoffs: open.map(toOpenHandoff),
    presence_removed: left?.removed ?? null,
    claims_released: [...(left?.released ?? [])],
  }
}

export function toText({ action, channel_revision }: CloseOutOutput): string {
  return action === 'run-closed' ? `closed (revision ${channel_revision})` : ''
}
