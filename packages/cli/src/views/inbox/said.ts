import type { RallyError } from '@rally/core/errors'
import type { SaidOutput } from '@rally/core/model/outputs/sent-message'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { Addressed } from '@rally/core/usecases/inbox/address'
import type { FoundMessage } from '@rally/core/usecases/inbox/find-message'
import type { Traced } from '@rally/core/usecases/inbox/read-sent'
import type { Sent } from '@rally/core/usecases/inbox/send-message'
import type { RingReceipt } from '@rally/core/usecases/ring/ring-sessions'
import { sentKeys } from './sent.js'
import { tracedJson } from './traced.js'

export interface Said {
  readonly app: string
  readonly action: SaidOutput['action']
  readonly to: Addressed
  readonly sent: Sent
  readonly replyTo?: FoundMessage | undefined
  /** How far it got, where that was waited for, or that it did not get so far in time. */
  readonly traced?: Traced | undefined
  readonly timedOut?: RallyError | undefined
  readonly rings?: readonly RingReceipt[] | null | undefined
}

export function saidJson({ app, action, to, sent, replyTo, traced, rings }: Said): SaidOutput {
  return {
    action,
    app_slug: app,
    to: to.to,
    to_name: to.name,
    number: sent.revision,
    event_id: sent.eventId,
    ...sentKeys(sent),
    recipients: to.recipients.map((one) =>
      rings?.some((ring) => ring.rung && ring.session_id === one.session_id) ? { ...one, hears: 'rung' } : one,
    ),
    reply_to: replyTo?.id ?? null,
    rings: rings ? [...rings] : null,
    waited: traced === undefined ? null : tracedJson(traced),
  }
}

/** `#18 to codex-1`. */
export function saidLine({ to, sent, replyTo }: Said): string {
  const number = sent.revision === null ? 'sent' : `#${sent.revision}`
  const answered =
    replyTo === undefined ? '' : `, in answer to ${replyTo.number === null ? 'its message' : `#${replyTo.number}`}`
  return `${number} to ${cleanLine(to.name)}${answered}`
}
