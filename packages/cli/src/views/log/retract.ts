import { RallyError } from '@rally/core/errors'
import type { RetractOutput } from '@rally/core/model/outputs/retract'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { RetractInput, Retraction } from '@rally/core/usecases/log/retract-record'

const ACTIONS = {
  retracted: 'retracted',
  noop: 'retract-noop',
  refused: 'retract-refused',
  'not-found': 'retract-target-not-found',
} as const
const HINTS = {
  noop: 'nothing is left to do; --force posts another retraction',
  refused: 'post a corrected record instead, or name the record by its revision',
}

export function toJson(retraction: Retraction, { fact, reason }: RetractInput, app: string): RetractOutput {
  const done = retraction.outcome === 'retracted' ? retraction : undefined
  return {
    app_slug: app,
    fact,
    reason,
    action: ACTIONS[retraction.outcome],
    accepted: done !== undefined,
    channel_revision: done?.revision ?? null,
    event_id: done?.eventId ?? null,
    target_found: done?.targetFound ?? retraction.outcome !== 'not-found',
    superseded_by: done?.supersededBy ?? null,
    superseded_by_found: done?.supersededByFound ?? false,
    detail: retraction.outcome === 'retracted' ? null : retraction.detail,
  }
}

/** Nothing where the record was not retracted: the error says why. */
export function toText({ accepted, fact, channel_revision }: RetractOutput): string {
  return accepted ? `retracted ${cleanLine(fact)} (revision ${channel_revision})` : ''
}

export function toError(retraction: Retraction, { fact }: RetractInput): RallyError | undefined {
  if (retraction.outcome === 'retracted') return undefined
  if (retraction.outcome === 'not-found') return new RallyError('RETRACT_NOT_FOUND', { fact })
  const { outcome, detail } = retraction
  return new RallyError('RETRACT_REFUSED', { fact, reason: cleanLine(detail), hint: HINTS[outcome] })
}
