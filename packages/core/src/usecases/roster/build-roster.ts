import { isRallyError } from '../../errors.js'
import type { Channel } from '../../model/channel.js'
import type { ActivityPort } from '../../ports/activity.js'
import type { ChannelDiscovery } from '../../ports/channel-discovery.js'
import type { Clock } from '../../ports/clock.js'
import type { Transports } from '../../ports/transport.js'
import { claimsBySession } from '../../rules/claim/claims-by-session.js'
import { CLAIMS } from '../../rules/claim/read-claims.js'
import { readSeat } from '../../rules/lead/lead-lease.js'
import { describeSessions, type PeopleFacts } from '../../rules/picture/describe-sessions.js'
import { drawAgents } from '../../rules/picture/draw-agents.js'
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
  /** What hooks of this machine keep beside the stores of a channel; without it only what presence records say is known. */
  readonly activity?: ((channel: Channel) => Pick<ActivityPort, 'inFlight'>) | undefined
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
interface RosterRoom {
  readonly app: string
  readonly people: PeopleFacts
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
  readonly rooms: readonly RosterRoom[]
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
  return {
    rooms: read.flatMap((result) => ('people' in result ? [result] : [])),
    unreadable: read.flatMap((result) => ('reason' in result ? [result] : [])),
  }
}

/**
 * The roster at the present moment, from what was read before: each room's agents as its picture has them, in one tree. Who asks
 * is not known here, so that no prompt is a task; and logs are not read, so that nobody is said to ask.
 */
export function judgeRoster(ctx: RosterContext, facts: RosterFacts, input: RosterInput): RosterReport {
  const now = ctx.clock.now()
  const { hostProcess } = ctx
  const entries = facts.rooms.flatMap(({ app, people }): RosterEntry[] => {
    const everybody = describeSessions(people, { now, hostProcess })
    const agents = new Map(
      drawAgents(everybody, { now, showsPrompts: false }).map((agent) => [agent.session_id, agent]),
    )
    return people.sessions.map((presence) => ({
      app,
      presence,
      agent: agents.get(presence.session_id),
      ...people.times,
    }))
  })
  const leads = facts.rooms.flatMap(({ app, lead }) => (lead === undefined ? [] : [[app, lead]]))
  const roster = buildRosterTree(entries, {
    now,
    staleSecs: input.staleSecs,
    includeStale: input.all,
    hostProcess,
  })
  return { ...roster, leads: Object.fromEntries(leads), unreadable: facts.unreadable }
}

async function readChannel(
  ctx: RosterContext,
  channel: Channel,
): Promise<RosterRoom | { app: string; reason: string }> {
  const { app } = channel
  try {
    const transport = await ctx.transports.open(channel)
    try {
      const now = ctx.clock.now()
      const [sessions, lease, claims, inFlight] = await Promise.all([
        transport.sessions.list(),
        transport.leases.read(LEAD),
        transport.leases.read(CLAIMS),
        ctx.activity?.(channel).inFlight(now),
      ])
      const seat = readSeat(lease?.value, now, lease?.writtenAt)
      const times = await readLifeTimes(transport.sessions, sessions, now)
      const claimed = claimsBySession({ now, hostProcess: ctx.hostProcess }, { stored: claims?.value, sessions, times })
      const people = { sessions, times, claims: claimed, inFlight: inFlight ?? [] }
      return { app, people, lead: seat.state === 'held' ? seat.sessionId : undefined }
    } finally {
      await transport.close()
    }
  } catch (error) {
    if (isRallyError(error)) return { app, reason: error.message }
    throw error
  }
}
