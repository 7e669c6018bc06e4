import type { LogRotation } from '../../ports/transport.js'
import { openEscalations } from '../../rules/log/open-matters.js'
import { roomProjection } from '../../rules/log/room-projection.js'
import type { RoomContext } from '../context.js'

export interface CompactInput {
  /** Archive a log of at least so many bytes … */
  readonly minBytes: number
  /** … or one that begins before this instant (epoch seconds). */
  readonly olderThan: number
  /** Also while a handoff or an escalation is open. */
  readonly withOpen?: boolean | undefined
  readonly dryRun?: boolean | undefined
}

export interface Compacted {
  readonly log: LogRotation | { readonly outcome: 'kept-open'; readonly open: number }
}

/**
 * Archives the log in the form of the existing system. Nothing is lost: readers of rally read archives as well. Readers of the
 * existing system do not, so that a log with an open handoff or escalation stays, unless that is wanted. Messages, cursors and
 * claims stay as they are; the history of edits is folded, and what is too old goes.
 */
export async function compactRoom(ctx: RoomContext, input: CompactInput): Promise<Compacted> {
  const { log } = ctx.transport
  const now = ctx.clock.now()
  if (input.dryRun !== true) await ctx.history?.edits({ now, since: now, limit: 1 })
  const wish = { minBytes: input.minBytes, olderThan: input.olderThan, dryRun: input.dryRun }
  if (log.rotate === undefined) return { log: { outcome: 'unsupported', bytes: 0, oldest: null, archive: null } }
  const state = await log.project(roomProjection)
  const open = openEscalations(state).length + state.handoffs.filter(({ resolved_by }) => resolved_by === null).length
  if (open > 0 && input.withOpen !== true) {
    const would = await log.rotate({ ...wish, dryRun: true })
    return { log: would.outcome === 'would' ? { outcome: 'kept-open', open } : would }
  }
  return { log: await log.rotate(wish) }
}
