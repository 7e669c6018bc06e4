import type { ChangeRecord } from '../../model/change-record.js'
import type { StatusReadOutput } from '../../model/outputs/status-read.js'
import { roomProjection } from '../../rules/log/room-projection.js'
import type { KeptPointer } from '../../rules/log/room-state.js'
import { readStatusPointer, readStatusText } from '../../rules/status/status-pointer.js'
import type { RoomContext } from '../context.js'
import { findRecord } from '../log/find-record.js'

/** Where a run's status document is, and who said so. */
export type PostedPointer = Readonly<NonNullable<StatusReadOutput['pointer']>>

/** A status post as it was found. */
export interface FoundStatus {
  readonly pointer: PostedPointer
  /** What it says, without the pointer. */
  readonly said: string
  /** The whole record; null where it is no longer in the log. */
  readonly record: ChangeRecord | null
}

/** The newest status post, of one tool or of any; undefined when there is none. */
export async function findStatusPointer(
  ctx: RoomContext,
  input: { tool?: string | undefined } = {},
): Promise<FoundStatus | undefined> {
  const { pointers } = await ctx.transport.log.project(roomProjection)
  const kept = pointers.findLast(({ tool }) => input.tool === undefined || tool === input.tool)
  if (kept === undefined) return undefined
  const record = await readWhole(ctx, kept)
  const payload = record?.payload ?? kept.payload
  const { file = '', committedSha = null, summary: said = '' } = readStatusPointer(payload) ?? {}
  const { tool, ts, revision } = kept
  return {
    pointer: { file, committed_sha: committedSha, summary: readStatusText(payload), tool, ts, revision },
    said,
    record,
  }
}

/** What is kept of a long record is cut. Ids and revisions need not be unique: both have to fit. */
async function readWhole(ctx: RoomContext, kept: KeptPointer): Promise<ChangeRecord | null> {
  const { event_id, revision } = kept
  const reference = revision === null ? { eventId: event_id ?? undefined } : { revision }
  const fits = (record: ChangeRecord) =>
    (record.event_id ?? null) === event_id && readStatusPointer(record.payload) !== undefined
  return (await findRecord(ctx, reference, fits)) ?? null
}
