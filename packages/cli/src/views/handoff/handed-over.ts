import type { HandoffOutput } from '@rally/core/model/outputs/handoff'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { HandoffResult } from '@rally/core/usecases/handoff/hand-off'
import type { Addressed } from '@rally/core/usecases/inbox/address'
import type { Terminal } from '../../terminal.js'
import type { HandoffWaited } from '../../wait-for-handoff.js'
import { describeHearers, revisionNote, sentKeys } from '../inbox/sent.js'
import { tracedJson } from '../inbox/traced.js'
import { describeHandoffWait, handoffJson } from './handoffs.js'

/** A handoff that was posted, to whom, and how far it was waited for. */
export type HandedOver = Extract<HandoffResult, { accepted: true }> & {
  readonly message: string
  readonly addressed: Addressed | undefined
  readonly waited: HandoffWaited
}

type Refused = Extract<HandoffResult, { accepted: false }>

export function toJson(app: string, { sent, to, addressed, waited }: HandedOver): HandoffOutput {
  return {
    action: 'handoff-posted',
    accepted: true,
    app_slug: app,
    to,
    channel_revision: sent.revision,
    event_id: sent.eventId,
    ...sentKeys(sent),
    recipients: [...(addressed?.recipients ?? [])],
    reason: null,
    missing_or_invalid: [],
    rejection_recorded: false,
    waited: waited.traced === undefined ? null : tracedJson(waited.traced),
    handoff: waited.handoff === undefined ? null : handoffJson(waited.handoff),
  }
}

export function toText({ sent, to, message, addressed, waited }: HandedOver, terminal: Terminal): string {
  const about = message === '' ? '' : `: ${cleanLine(message)}`
  const heard = addressed === undefined ? '' : describeHearers(addressed.recipients)
  const handed = `handed over to ${cleanLine(addressed?.name ?? to)}${revisionNote(sent.revision)}${about}${heard}`
  return [handed, ...describeHandoffWait(waited, { ...terminal, now: Date.now() / 1000 })].join('\n')
}

export function refusedJson(app: string, result: Refused): HandoffOutput {
  return {
    action: 'handoff-rejected',
    accepted: false,
    app_slug: app,
    to: result.to,
    channel_revision: null,
    event_id: null,
    message_id: null,
    inbox: null,
    stored: { inbox: false, log: false },
    recipients: [],
    reason: result.reason,
    missing_or_invalid: [...result.missingOrInvalid],
    rejection_recorded: result.recorded,
    waited: null,
    handoff: null,
  }
}

/** A line for each field that is missing, with the flag that fills it. */
export function refusedText({ missingOrInvalid }: Refused): string {
  return missingOrInvalid.map((field) => `missing: ${FLAG_OF[field] ?? field}`).join('\n')
}

const FLAG_OF: Readonly<Record<string, string>> = {
  owns: '--owns (what is handed over)',
  does_not_own: '--does-not-own (what is not)',
  interface_contract: '--interface-contract (what the parts promise each other)',
  integration_checkpoint: '--integration-checkpoint (when and how it comes together)',
  acceptance_criteria: '--acceptance-criteria (not blank)',
}
