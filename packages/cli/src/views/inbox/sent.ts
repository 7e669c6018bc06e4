import type { Hearer } from '@rally/core/model/outputs/sent-message'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { Sent } from '@rally/core/usecases/inbox/send-message'
import { few } from '../text/lines.js'

/** Keys of a write that may have rung an inbox. */
export function sentKeys(sent: Sent | undefined): {
  message_id: string | null
  inbox: string | null
  stored: { inbox: boolean; log: boolean }
} {
  if (sent === undefined) return { message_id: null, inbox: null, stored: { inbox: false, log: true } }
  return { message_id: sent.messageId, inbox: sent.box, stored: { ...sent.stored } }
}

const SHOWN = 4

/** Who will hear it and when, as the end of a sentence. */
export function describeHearers(recipients: readonly Hearer[]): string {
  const [first] = recipients
  if (first === undefined) return '; nobody is here to hear it now'
  const live = recipients.filter(({ state }) => state === 'live').map(({ name, tool }) => name ?? tool)
  if (live.length > 0) return `; ${few(live, SHOWN)} ${live.length === 1 ? 'hears' : 'hear'} it with the next prompt`
  if (first.state === 'person') return ''
  if (first.state === 'gone') return '; it is not running now and hears it when it starts again'
  return `; no ${cleanLine(first.tool)} is here now, it is heard at the next start of one`
}

/** ` (revision 7)`, or nothing where no record was kept. */
export function revisionNote(revision: number | null): string {
  return revision === null ? '' : ` (revision ${revision})`
}
