import type { PostOutput } from '@rally/core/model/outputs/post'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { Addressed } from '@rally/core/usecases/inbox/address'
import type { Posted } from '@rally/core/usecases/log/post-record'
import { describeHearers, revisionNote, sentKeys } from '../inbox/sent.js'

/** `addressed`: whose inbox it rang. */
export function toJson(posted: Posted, app: string, addressed: Addressed | undefined): PostOutput {
  return {
    action: 'posted',
    app_slug: app,
    kind: posted.kind,
    to: posted.to,
    channel_revision: posted.revision,
    event_id: posted.eventId,
    ...sentKeys(posted.message),
    recipients: [...(addressed?.recipients ?? [])],
  }
}

export function toText({ kind, to, channel_revision }: PostOutput, addressed: Addressed | undefined): string {
  const whom = to === null ? '' : ` to ${cleanLine(addressed?.name ?? to)}`
  const heard = addressed === undefined ? '' : describeHearers(addressed.recipients)
  return `posted ${kind}${whom}${revisionNote(channel_revision)}${heard}`
}
