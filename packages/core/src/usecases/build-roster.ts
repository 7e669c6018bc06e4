import { isRallyError } from '../errors.js'
import type { Channel } from '../model/channel.js'
import type { ChannelDiscovery } from '../ports/channel-discovery.js'
import type { Clock } from '../ports/clock.js'
import type { Transports } from '../ports/transport.js'
import { readSeat } from '../rules/lead-lease.js'
import type { HostProcessProbe } from '../rules/liveness.js'
import { buildRosterTree, type Roster, type RosterEntry } from '../rules/roster-tree.js'
import { LEAD } from './lead-seat.js'

export interface RosterContext {
  readonly discovery: ChannelDiscovery
  readonly transports: Transports
  readonly clock: Clock
  readonly hostProcess?: HostProcessProbe | undefined
}

export interface RosterInput {
  /** Only this channel. */
  readonly app?: string | undefined
  /** Seconds since its last sign within which a session is live; default 120. */
  readonly staleSecs?: number | undefined
  /** List silent sessions too. */
  readonly all?: boolean | undefined
}

/** What a channel has to say to a roster. */
interface RoomEntries {
  readonly entries: readonly RosterEntry[]
  readonly lead: string | undefined
}

export interface RosterReport extends Roster {
  /** Channels that could not be read, with the reason; the others are shown all the same. */
  readonly unreadable: readonly { readonly app: string; readonly reason: string }[]
  /** The session that leads, per channel that has a valid lease. */
  readonly leads: Readonly<Record<string, string>>
}

/** Who is live in all channels of this machine, as a tree (protocol section 8). Creates nothing. */
export async function buildRoster(ctx: RosterContext, input: RosterInput = {}): Promise<RosterReport> {
  const channels = (await ctx.discovery.list()).filter(({ app }) => input.app === undefined || app === input.app)
  const read = await Promise.all(channels.map((channel) => readChannel(ctx, channel)))
  const entries = read.flatMap((result) => ('entries' in result ? result.entries : []))
  const unreadable = read.flatMap((result) => ('reason' in result ? [result] : []))
  const leads = read.flatMap((result) =>
    'lead' in result && result.lead !== undefined ? [[result.app, result.lead]] : [],
  )
  const roster = buildRosterTree(entries, {
    now: ctx.clock.now(),
    staleSecs: input.staleSecs,
    includeStale: input.all,
    hostProcess: ctx.hostProcess,
  })
  return { ...roster, unreadable, leads: Object.fromEntries(leads) }
}

async function readChannel(
  ctx: RosterContext,
  channel: Channel,
): Promise<(RoomEntries & { app: string }) | { app: string; reason: string }> {
  const { app } = channel
  try {
    const transport = await ctx.transports.open(channel)
    try {
      const [sessions, lease] = await Promise.all([transport.sessions.list(), transport.leases.read(LEAD)])
      const seat = readSeat(lease?.value, ctx.clock.now())
      const entries = sessions.map((presence) => ({ app, presence }))
      return { app, entries, lead: seat.state === 'held' ? seat.sessionId : undefined }
    } finally {
      await transport.close()
    }
  } catch (error) {
    if (isRallyError(error)) return { app, reason: error.message }
    throw error
  }
}
