import { reasonOf } from '@rally/core/errors'
import type { Channel } from '@rally/core/model/channel'
import type { RelayFiles } from './ports/relay-files.js'
import type { RelayMachineContext } from './relay-machine-context.js'
import { keyOfOrigin, normalizeOriginUrl } from './rules/origin-key.js'
import { isRoomKey, type PlannedRoom, planRooms } from './rules/plan-rooms.js'

/** How a channel's repository calls its room. */
interface Naming {
  readonly configured?: string | undefined
  readonly proposed?: string | undefined
  readonly derived?: string | undefined
}

/** A repository is asked this often while its channel is relayed: asking costs a process. */
const ASKED_SECS = 60

/** Asks repositories for the names of their rooms. A configuration that cannot be read counts as none. */
export function createNaming(ctx: RelayMachineContext): (channel: Channel, relayed: boolean) => Promise<Naming> {
  const known = new Map<string, { at: number; naming: Naming }>()
  const ask = async (channel: Channel): Promise<Naming> => {
    try {
      const { configured, proposed, originUrl } = await ctx.files.naming(channel)
      const normalized = originUrl === undefined ? undefined : normalizeOriginUrl(originUrl)
      return {
        configured: isRoomKey(configured) ? configured : undefined,
        ...(isRoomKey(proposed) ? { proposed } : {}),
        derived: normalized === undefined ? undefined : keyOfOrigin(normalized, ctx.sha256),
      }
    } catch (error) {
      ctx.report({ event: 'configuration-ignored', app: channel.app, reason: reasonOf(error) })
      return {}
    }
  }
  return async (channel, relayed) => {
    const last = known.get(channel.app)
    const now = ctx.clock.now()
    if (relayed && last !== undefined && now - last.at < ASKED_SECS) return last.naming
    const naming = await ask(channel)
    known.set(channel.app, { at: now, naming })
    return naming
  }
}

/** The room that each channel gets on the server, or why none. Detached channels are left alone. */
export async function planChannels(
  channels: readonly Channel[],
  options: { readRoom: RelayFiles['readRoom']; naming(channel: Channel): Promise<Naming> },
): Promise<PlannedRoom[]> {
  const candidates = channels.map(async (channel) => {
    const room = await options.readRoom(channel)
    if (room?.detached === true) return []
    return [{ app: channel.app, known: room?.key, ...(await options.naming(channel)) }]
  })
  return planRooms((await Promise.all(candidates)).flat())
}
