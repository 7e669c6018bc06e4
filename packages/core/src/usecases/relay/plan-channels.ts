import { reasonOf } from '../../errors.js'
import type { Channel } from '../../model/channel.js'
import { keyOfOrigin, normalizeOriginUrl } from '../../rules/relay/origin-key.js'
import { isRoomKey, type PlannedRoom, planRooms } from '../../rules/relay/plan-rooms.js'
import type { RelayMachineContext } from './relay-machine.js'

/** The room that each channel gets on the server, or why none. A configuration that cannot be read counts as none. */
export async function planChannels(ctx: RelayMachineContext, channels: readonly Channel[]): Promise<PlannedRoom[]> {
  const candidates = channels.map(async (channel) => {
    const room = await ctx.files.readRoom(channel)
    const naming = await ctx.files.naming(channel).catch((error: unknown) => {
      ctx.report({ event: 'configuration-ignored', app: channel.app, reason: reasonOf(error) })
      return {}
    })
    const { configured, originUrl }: { configured?: string | undefined; originUrl?: string | undefined } = naming
    const normalized = originUrl === undefined ? undefined : normalizeOriginUrl(originUrl)
    return {
      app: channel.app,
      configured: isRoomKey(configured) ? configured : undefined,
      derived: normalized === undefined ? undefined : keyOfOrigin(normalized, ctx.sha256),
      known: room?.detached === true ? undefined : room?.key,
    }
  })
  return planRooms(await Promise.all(candidates))
}
