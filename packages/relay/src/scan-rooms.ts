import { isRallyError, RallyError, reasonOf } from '@rally/core/errors'
import type { Channel } from '@rally/core/model/channel'
import type { RelayChannelStatus } from '@rally/core/model/relay-room'
import { relayError } from './errors.js'
import { type createNaming, planChannels } from './plan-channels.js'
import type { RelayMachineContext } from './relay-machine-context.js'
import type { PlannedRoom } from './rules/plan-rooms.js'
import { type StartedChannel, startChannel } from './start-channel.js'

/** The channels of this machine: which are being replicated, and which are not and why. */
export interface RelayedRooms {
  readonly ctx: RelayMachineContext
  readonly machine: string
  /** Only these; undefined for all. */
  readonly apps: readonly string[] | undefined
  /** Presence stays as it was last known when the relay ends. */
  readonly keepLast: boolean | undefined
  readonly naming: ReturnType<typeof createNaming>
  readonly signal: AbortSignal
  readonly running: Map<string, StartedChannel>
  readonly refused: Map<string, RelayChannelStatus>
}

export function createRelayedRooms(facts: Omit<RelayedRooms, 'running' | 'refused'>): RelayedRooms {
  return { ...facts, running: new Map(), refused: new Map() }
}

/** Channels that belong to no repository are nobody's room. */
const NOT_RELAYED = new Set(['_unscoped'])

/** Starts what is new, stops what is gone or has another room on the server, and remembers what is refused. */
export async function scanRooms(rooms: RelayedRooms): Promise<void> {
  const { ctx, apps, naming, running, refused } = rooms
  const channels = (await ctx.discovery.list()).filter(
    ({ app }) => !NOT_RELAYED.has(app) && (apps?.includes(app) ?? true),
  )
  const plan = await planChannels(channels, {
    readRoom: ctx.files.readRoom,
    naming: (channel) => naming(channel, running.has(channel.app)),
  })
  await stopOthers(rooms, plan)
  for (const app of refused.keys()) if (!plan.some((room) => room.app === app)) refused.delete(app)
  for (const planned of plan) {
    const channel = channels.find(({ app }) => app === planned.app)
    if (channel !== undefined) await follow(rooms, channel, planned)
  }
}

async function stopOthers({ ctx, running }: RelayedRooms, plan: readonly PlannedRoom[]): Promise<void> {
  for (const [app, one] of running) {
    const planned = plan.find((room) => room.app === app)
    if (planned !== undefined && 'source' in planned && planned.key === one.key) continue
    running.delete(app)
    ctx.report({ event: 'channel-stopped', app })
    await one.stop()
  }
}

async function follow(rooms: RelayedRooms, channel: Channel, planned: PlannedRoom): Promise<void> {
  const { ctx, machine, running } = rooms
  const owner = (await ctx.files.readRoom(channel))?.machine
  if ('refusal' in planned) refuse(rooms, planned.app, reasonFor(planned))
  else if (owner !== undefined && owner !== machine)
    refuse(rooms, planned.app, relayError('RELAY_TWIN', { machine: owner }))
  else if (!running.has(planned.app)) await start(rooms, channel, planned)
}

async function start(
  rooms: RelayedRooms,
  channel: Channel,
  planned: Extract<PlannedRoom, { source: string }>,
): Promise<void> {
  const { ctx, machine, signal, keepLast, running, refused } = rooms
  try {
    running.set(channel.app, await startChannel(ctx, { channel, planned, machine, signal, keepLast }))
    refused.delete(channel.app)
  } catch (error) {
    // The others go on; the next look tries again.
    const what = 'relay.json'
    const known = isRallyError(error) ? error : new RallyError('NOT_STORED', { what, reason: reasonOf(error) })
    refuse(rooms, channel.app, known)
  }
}

function reasonFor(planned: Extract<PlannedRoom, { refusal: string }>): RallyError {
  if (planned.refusal === 'taken')
    return relayError('RELAY_KEY_TAKEN', { apps: planned.apps.join(' and '), key: planned.key })
  if (planned.refusal === 'proposed')
    return relayError('RELAY_CHANNEL_PROPOSED', { app: planned.app, key: planned.key })
  const reason = 'its repository has no origin that other machines know'
  return relayError('RELAY_KEY_UNKNOWN', { app: planned.app, reason })
}

/** Said once, until the reason is another. */
function refuse({ ctx, refused }: RelayedRooms, app: string, { code, message, hint }: RallyError): void {
  if (refused.get(app)?.error?.message === message) return
  ctx.report({ event: 'channel-refused', app, code, reason: message, hint })
  refused.set(app, { ...NOTHING, app, key: null, error: { code, message, hint } })
}

const NOTHING = {
  state: 'refused' as const,
  waiting_out: null,
  waiting_messages: null,
  exported: 0,
  imported: 0,
  current_at: null,
}
