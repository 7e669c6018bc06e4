import type { InboxWriteOutput } from '@rally/core/model/outputs/inbox-write'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { Addressed } from '@rally/core/usecases/inbox/address'
import type { Sent } from '@rally/core/usecases/inbox/send-message'
import { describeHearers, revisionNote, sentKeys } from './sent.js'

export function toJson(sent: Sent, app: string, { recipients }: Addressed): InboxWriteOutput {
  return {
    app_slug: app,
    written: true,
    channel_revision: sent.revision,
    event_id: sent.eventId,
    ...sentKeys(sent),
    recipients: [...recipients],
  }
}

export function toText({ channel_revision, recipients }: InboxWriteOutput, { name }: Addressed): string {
  return `sent to ${cleanLine(name)}${revisionNote(channel_revision)}${describeHearers(recipients)}`
}
