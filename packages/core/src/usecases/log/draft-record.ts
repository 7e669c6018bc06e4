import type { RecordDraft } from '../../model/change-record.js'
import type { RunIdentity } from '../../model/run-identity.js'
import type { SessionIdentity } from '../../model/session-identity.js'
import type { JsonObject } from '../../readers.js'
import type { RoomContext } from '../context.js'

/** Who a record speaks for. */
export type Author = Pick<SessionIdentity, 'tool' | 'model' | 'runId'>

export interface RecordParts {
  readonly kind: string
  readonly payload: JsonObject
  /** Given by a retry of the same write. */
  readonly eventId?: string | undefined
}

/** A record to append: what is said, who says it, which program wrote it and which run it belongs to. */
export async function draftRecord(ctx: RoomContext, author: Author, parts: RecordParts): Promise<RecordDraft> {
  const run = await readRun(ctx, ctx.workdir)
  return {
    kind: parts.kind,
    tool: author.tool || 'unknown',
    model: author.model || 'unknown',
    run_id: author.runId || 'unknown',
    app_slug: ctx.channel.app,
    payload: parts.payload,
    ts: ctx.clock.now(),
    producer: { ...ctx.producer },
    ...(run === undefined ? {} : { run }),
    ...(parts.eventId === undefined ? {} : { event_id: parts.eventId }),
  }
}

/** The run of a folder; undefined when none was started there or no plugin knows runs. */
export async function readRun(ctx: RoomContext, workdir: string): Promise<RunIdentity | undefined> {
  return ctx.runIdentity?.read(workdir)
}
