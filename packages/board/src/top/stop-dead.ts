import type { PictureAgent } from '@rally/core/model/room-picture'
import type { RallyApi } from '@rally/core/plugin-api/rally-api'

/** Takes a silent or gone session out of the room, with what it holds; the answer is one line. */
export async function stopDead(
  api: RallyApi,
  { workdir, person }: { readonly workdir: string; readonly person: string },
  { session_id: sessionId }: PictureAgent,
): Promise<string> {
  const ctx = await api.session({ workdir, sessionId })
  const { name, removed, released } = await api.usecases.leaveRoom(ctx, { reason: `stopped by ${person}` })
  if (removed === null) return `${name} was out of the room already`
  return `${name} is out of the room${released.length === 0 ? '' : '; what it held is free'}`
}
