import type { ChangeRecord } from '../../model/change-record.js'
import { eventIdOfMessage } from '../../rules/inbox/message-ids.js'
import { namesRecord, type RecordReference } from '../../rules/log/record-reference.js'
import type { RoomContext } from '../context.js'

/** Most references are to something recent: these many records are looked at before the whole log is. */
const RECENT = 500

/** `<sender>-<milliseconds>`, ours with random digits behind. */
const MESSAGE_ID = /-\d{10,14}(-[0-9a-f]{12})?$/

/** A number in the room (`12`), an event id or a message id, as somebody types it. */
export function parseReference(value: string): RecordReference {
  const trimmed = value.trim()
  const number = /^#?(\d{1,15})$/.exec(trimmed)?.[1]
  if (number !== undefined) return { revision: Number(number) }
  return MESSAGE_ID.test(trimmed)
    ? { eventId: eventIdOfMessage(trimmed) ?? trimmed, messageId: trimmed }
    : { eventId: trimmed }
}

/** The newest record that the reference names and `accepts` likes, however long ago it was written. */
export async function findRecord(
  ctx: RoomContext,
  reference: RecordReference,
  accepts: (record: ChangeRecord) => boolean = () => true,
): Promise<ChangeRecord | undefined> {
  const fits = (record: ChangeRecord) => namesRecord(reference, record) && accepts(record)
  const recent = (await ctx.transport.log.latest(RECENT)).findLast(fits)
  if (recent !== undefined) return recent
  const { found } = await ctx.transport.log.project<{ found: ChangeRecord | null }>({
    name: 'find-record',
    version: 1,
    transient: true,
    initial: () => ({ found: null }),
    fold: (state, record) => (fits(record) ? { found: record } : state),
  })
  return found ?? undefined
}
