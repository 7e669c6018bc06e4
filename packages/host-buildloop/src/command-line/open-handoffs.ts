import type { RallyApi, SessionRequest } from '@rally/core/plugin-api/rally-api'
import type { RoomContext } from '@rally/core/usecases/context'
import type { OpenHandoffQuery } from '@rally/core/usecases/handoff/find-open-handoffs'
import { CATALOGUE } from '../errors.js'

type Handoff = { readonly event_id: string | null; readonly to: string; readonly subject: string }

/** A handoff of ours that nobody has settled, as the gates print it. */
export type OpenHandoffRow = { event_id: string | null; target: string; subject: string }

export function toOpenHandoff({ event_id, to, subject }: Handoff): OpenHandoffRow {
  return { event_id, target: to, subject }
}

/** The refusal of a gate. */
export function handoffsOpen(api: RallyApi, open: readonly { readonly event_id: string | null }[]): Error {
  const handoffs = open.map(({ event_id }) => event_id ?? '(without id)')
  return api.errors(CATALOGUE)('HANDOFF_OPEN', {
    count: open.length,
    handoffs: handoffs.slice(0, 5).join(', '),
    first: handoffs[0],
  })
}

/**
 * How to look for the handoffs of whoever asks: those of the session or, where only a tool is named, those of the tool.
 * Throws SESSION_UNKNOWN when neither can be told.
 */
export async function openMine(api: RallyApi, request: SessionRequest): Promise<() => Promise<OpenHandoffRow[]>> {
  const { tool, sessionId } = request
  if (tool !== undefined && sessionId === undefined) return looker(api, await api.room(request), { tool })
  const ctx = await api.session(request)
  return looker(api, ctx, { sessionId: ctx.session.sessionId })
}

function looker(api: RallyApi, ctx: RoomContext, query: OpenHandoffQuery): () => Promise<OpenHandoffRow[]> {
  return async () => (await api.usecases.findOpenHandoffs(ctx, query)).map(toOpenHandoff)
}
