import type { Sent } from '@rally/core/usecases/inbox/send-message'

/** Keys of a write that may have rung an inbox. */
export function sentKeys(sent: Sent | undefined): {
  message_id: string | null
  inbox: string | null
  stored: { inbox: boolean; log: boolean }
} {
  if (sent === undefined) return { message_id: null, inbox: null, stored: { inbox: false, log: true } }
  return { message_id: sent.messageId, inbox: sent.box, stored: { ...sent.stored } }
}

/** ` (revision 7)`, or nothing where no record was kept. */
export function revisionNote(revision: number | null): string {
  return revision === null ? '' : ` (revision ${revision})`
}
