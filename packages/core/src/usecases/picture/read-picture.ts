import type { RoomPicture } from '../../model/room-picture.js'
import { gatherRoom, type RoomFacts } from '../status/gather-room.js'
import type { StatusContext } from '../status/read-status.js'
import { drawPicture, NO_ACTIVITY, type PictureFacts, type PictureInput } from './draw-picture.js'
import { readLastMessages } from './newest-messages.js'

/**
 * The room picture: who is here and does what on which files, what is wrong, what waits for somebody. Every view of the room
 * shows this value; it is never stored. Writes nothing; costs the same however long the log is.
 */
export async function readPicture(ctx: StatusContext, input: PictureInput = {}): Promise<RoomPicture> {
  return drawPicture(ctx, await gatherPicture(ctx, input), input)
}

/** Everything that a picture is drawn from, read once. */
export async function gatherPicture(
  ctx: StatusContext,
  input: PictureInput,
  known: { readonly room?: RoomFacts; readonly dirty?: RoomFacts['dirty'] | Promise<RoomFacts['dirty']> } = {},
): Promise<PictureFacts> {
  const { activity } = ctx
  const now = ctx.clock.now()
  const [room, inFlight, prompts, warnings, messages, branch] = await Promise.all([
    known.room ?? gatherRoom(ctx, input, known.dirty === undefined ? {} : { dirty: known.dirty }),
    activity?.inFlight(now) ?? NO_ACTIVITY.inFlight,
    activity?.prompts() ?? NO_ACTIVITY.prompts,
    activity?.warnings() ?? NO_ACTIVITY.warnings,
    readLastMessages(ctx),
    ctx.repository.branch(ctx.workdir),
  ])
  return {
    room,
    activity: { inFlight, prompts, warnings },
    messages,
    branch: branch.name === 'unknown' ? null : branch.name,
    machine: null,
    claims: new Map(),
  }
}
