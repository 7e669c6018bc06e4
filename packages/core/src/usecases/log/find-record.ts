import type { ChangeRecord } from '../../model/change-record.js'
import { namesRecord, type RecordReference } from '../../rules/log/record-reference.js'
import type { RoomContext } from '../context.js'

/** Most references are to something recent: these many records are looked at before the whole log is. */
const RECENT = 500

/** A revision (`12`) or an event id, as somebody types it. */
export function parseReference(value: string): RecordReference {
  const trimmed = value.trim()
  return /^\d{1,15}$/.test(trimmed) ? { revision: Number(trimmed) } : { eventId: trimmed }
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
