import type { RoomPicture } from '../../model/room-picture.js'
import { gatherRoom } from '../status/gather-room.js'
import type { StatusContext, StatusInput } from '../status/status-input.js'
import { drawPicture } from './draw-picture.js'

/**
 * The room picture: who is here and does what on which files, what is wrong, what waits for somebody. Every view of the room
 * shows this value; it is never stored. Writes nothing; costs the same however long the log is.
 */
export async function readPicture(ctx: StatusContext, input: StatusInput = {}): Promise<RoomPicture> {
  return drawPicture(ctx, await gatherRoom(ctx, input), input)
}
