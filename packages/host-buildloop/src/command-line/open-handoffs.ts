import type { RallyApi } from '@rally/core/ports/rally-api'

type Handoff = { readonly event_id: string | null; readonly to: string; readonly subject: string }

/** A handoff of ours that nobody has settled, as the gates print it. */
export type OpenHandoffRow = { event_id: string | null; target: string; subject: string }

export function toOpenHandoff({ event_id, to, subject }: Handoff): OpenHandoffRow {
  return { event_id, target: to, subject }
}

/** The refusal of a gate. */
export function handoffsOpen(api: RallyApi, open: readonly { readonly event_id: string | null }[]): Error {
  const handoffs = open.map(({ event_id }) => event_id ?? '(without id)')
  return api.error('HANDOFF_OPEN', { count: open.length, handoffs: handoffs.slice(0, 5).join(', ') })
}
