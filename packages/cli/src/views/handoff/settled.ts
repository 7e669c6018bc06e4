import type { SettledHandoffOutput } from '@rally/core/model/outputs/handoff-row'
import { type Handoff, stateOf } from '@rally/core/rules/handoff/handoff-states'
import type { Accepting } from '@rally/core/usecases/handoff/settle-handoff'
import { handoffJson } from './handoffs.js'

export interface Settled {
  readonly app: string
  readonly handoff: Handoff
  /** Null where it was refused. */
  readonly revision: number | null
  readonly claim?: { readonly id: string; readonly patterns: readonly string[] } | null
}

/** Of `rally handoff accept`, what its view shows. */
export function acceptedOf(app: string, answer: Accepting): Settled {
  if (!answer.accepted) return { app, handoff: answer.handoff, revision: null }
  return { app, handoff: answer.handoff, revision: answer.posted.revision, claim: answer.claim }
}

export function toJson({ app, handoff, claim, revision }: Settled): SettledHandoffOutput {
  return { app_slug: app, handoff: handoffJson(handoff), claim_id: claim?.id ?? null, channel_revision: revision }
}

/** What became of it; of one that was accepted, what is claimed now and what comes next. */
export function toText({ handoff, claim }: Settled): string {
  const state = stateOf(handoff)
  if (state !== 'accepted') return `#${handoff.number} is ${state}`
  const claimed = claim ? `, ${claim.patterns.join(', ')} claimed` : ''
  return `accepted #${handoff.number}${claimed}\nwhen it is done: rally handoff done ${handoff.number}`
}
