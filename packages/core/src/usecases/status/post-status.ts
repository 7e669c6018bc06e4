import { RallyError } from '../../errors.js'
import type { Appended } from '../../ports/transport.js'
import { makeStatusPayload } from '../../rules/status/status-pointer.js'
import type { SessionContext } from '../context.js'
import { draftRecord } from '../log/draft-record.js'

/** Where the status document of a run is, and what it says in short. */
export interface StatusPost {
  /** The run's status document, as others should open it. */
  readonly file: string
  readonly committedSha?: string | undefined
  readonly summary?: string | undefined
}

/** Points everybody at the run's status document. Throws USAGE without a file. */
export async function postStatus(ctx: SessionContext, input: StatusPost): Promise<Appended> {
  if (input.file.trim() === '') throw new RallyError('USAGE', { message: 'a status needs the file it points at' })
  const pointer = { file: input.file, committedSha: input.committedSha || null, summary: input.summary ?? '' }
  const payload = { session_id: ctx.session.sessionId, ...makeStatusPayload(pointer) }
  return ctx.transport.log.append(await draftRecord(ctx, ctx.session, { kind: 'status', payload }))
}
