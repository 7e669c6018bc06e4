import type { ChangeRecord } from '../../model/change-record.js'
import { int, text } from '../../readers.js'

/**
 * How one record names another. A revision is exact in this channel; an event id travels between machines but need not
 * be unique (the reference gave one id to many records), so the revision decides where both are known.
 *
 * Written by rally: `acknowledges` (revision) with `acknowledges_event_id`, `retracts` (event id) with `retracts_revision`.
 */
export interface RecordReference {
  readonly revision?: number | undefined
  readonly eventId?: string | undefined
  /** Of the message that the record goes with. Typed by somebody, never stored. */
  readonly messageId?: string | undefined
}

/** What an escalation acknowledges; a revision, or an event id where somebody wrote that instead. */
export function readAcknowledged(record: Pick<ChangeRecord, 'payload'>): RecordReference | undefined {
  const { acknowledges, acknowledges_event_id: eventId } = record.payload
  const reference = { revision: int(acknowledges), eventId: text(acknowledges) ?? text(eventId) }
  return reference.revision === undefined && reference.eventId === undefined ? undefined : reference
}

/** Whether the reference names this record. */
export function namesRecord(
  reference: RecordReference,
  record: Pick<ChangeRecord, 'revision' | 'event_id'> & Partial<Pick<ChangeRecord, 'payload'>>,
): boolean {
  if (reference.revision !== undefined) return reference.revision === record.revision
  if (reference.messageId !== undefined && reference.messageId === record.payload?.message_id) return true
  return reference.eventId !== undefined && reference.eventId === record.event_id
}
