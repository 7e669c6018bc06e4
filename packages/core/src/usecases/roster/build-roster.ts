import { isRallyError } from '../../errors.js'
import type { Channel } from '../../model/channel.js'
import type { ChannelDiscovery } from '../../ports/channel-discovery.js'
import type { Clock } from '../../ports/clock.js'
import type { Transports } from '../../ports/transport.js'
import { readSeat } from '../../rules/lead/lead-lease.js'
import { hostCompany } from '../../rules/presence/host-company.js'
import type { HostProcessProbe } from '../../rules/presence/life.js'
import { buildRosterTree, type Roster, type RosterEntry } from '../../rules/roster/roster-tree.js'
import { LEAD } from '../lead/lead-seat.js'
import { readLifeTimes } from '../presence/life-times.js'

/** What the roster of all rooms is made with. */
export interface RosterContext {
  readonly discovery: ChannelDiscovery
  readonly transports: Transports
  readonly clock: Clock
  readonly hostProcess?: HostProcessProbe | undefined
}

/** Which sessions are listed. */
export interface RosterInput {
  /** Only this channel. */
  readonly app?: string | undefined
  /**
   * Seconds since its last sign within which a session is listed unless its host is known to run. Without it sessions that
   * hooks keep are listed as long as they are live, and those of others for 120 s.
   */
  readonly staleSecs?: number | undefined
  /** List silent sessions too. */
  readonly all?: boolean | undefined
}

/** What a channel has to say to a roster. */
interface RoomEntries {
  readonly entries: readonly RosterEntry[]
  readonly lead: string | undefined
}

/** Who is where, in every room of this machine. */
export interface RosterReport extends Roster {
  /** Channels that could not be read, with the reason; the others are shown all the same. */
  readonly unreadable: readonly { readonly app: string; readonly reason: string }[]
  /** The session that leads, per channel that has a valid lease. */
  readonly leads: Readonly<Record<string, string>>
}

/** What was read of all channels; a roster is judged from it. */
export interface RosterFacts {
  readonly entries: readonly RosterEntry[]
  readonly leads: Readonly<Record<string, string>>
  readonly unreadable: RosterReport['unreadable']
}

/** Who is live in all channels of this machine, as a tree (protocol section 8). Creates nothing. */
export async function buildRoster(ctx: RosterContext, input: RosterInput = {}): Promise<RosterReport> {
  return judgeRoster(ctx, await gatherRoster(ctx, await listChannels(ctx, input)), input)
}

/** The channels that are asked for. */
export async function listChannels(ctx: RosterContext, { app }: RosterInput): Promise<readonly Channel[]> {
  return (await ctx.discovery.list()).filter((channel) => app === undefined || channel.app === app)
}

export async function gatherRoster(ctx: RosterContext, channels: readonly Channel[]): Promise<RosterFacts> {
  const read = await Promise.all(channels.map((channel) => readChannel(ctx, channel)))
  const leads = read.flatMap((result) => ('lead' in result && result.lead ? [[result.app, result.lead]] : []))
  return {
    entries: read.flatMap((result) => ('entries' in result ? result.entries : [])),
    leads: Object.fromEntries(leads),
    unreadable: read.flatMap((result) => ('reason' in result ? [result] : [])),
  }
}

/** The roster at the present moment, from what was read before. */
export function judgeRoster(ctx: RosterContext, facts: RosterFacts, input: RosterInput): RosterReport {
  const roster = buildRosterTree(facts.entries, {
    now: ctx.clock.now(),
    staleSecs: input.staleSecs,
    includeStale: input.all,
    hostProcess: ctx.hostProcess,
  })
  return { ...roster, leads: facts.leads, unreadable: facts.unreadable }
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
      const seat = readSeat(lease?.value, ctx.clock.now(), lease?.writtenAt)
      const times = await readLifeTimes(transport.sessions, sessions, ctx.clock.now())
      const company = hostCompany(sessions)
      const entries = sessions.map((presence) => ({ app, presence, company, ...times }))
      return { app, entries, lead: seat.state === 'held' ? seat.sessionId : undefined }
    } finally {
      await transport.close()
    }
  } catch (error) {
    if (isRallyError(error)) return { app, reason: error.message }
    throw error
  }
}
