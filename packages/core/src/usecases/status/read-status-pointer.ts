import { roomProjection } from '../../rules/log/room-projection.js'
import type { KeptPointer } from '../../rules/log/room-state.js'
import { readStatusPointer } from '../../rules/status/status-pointer.js'
import type { RoomContext } from '../context.js'

/** Where a run's status document is, and who said so. */
export interface PostedPointer {
  readonly file: string
  readonly committed_sha: string | null
  readonly summary: string
  readonly tool: string
  /** As the record has it: ISO text or epoch seconds. */
  readonly ts: unknown
  readonly revision: number | null
}

/** The newest status post, of one tool or of any; undefined when there is none. */
export async function findStatusPointer(
  ctx: RoomContext,
  input: { tool?: string | undefined } = {},
): Promise<(PostedPointer & { readonly event_id: string | null }) | undefined> {
  const { pointers } = await ctx.transport.log.project(roomProjection)
  const readable = pointers.flatMap((kept) => toPointer(kept) ?? [])
  return readable.findLast(({ tool }) => input.tool === undefined || tool === input.tool)
}

function toPointer({ payload, tool, ts, revision, event_id }: KeptPointer) {
  const pointer = readStatusPointer(payload)
  if (pointer === undefined) return undefined
  const { file, committedSha, summary } = pointer
  return { file, committed_sha: committedSha, summary, tool, ts, revision, event_id }
}
