import { isRallyError, RallyError, reasonOf } from '@rally/core/errors'
import type { Channel } from '@rally/core/model/channel'
import type { RelayChannelStatus, RelayStatus } from '@rally/core/model/relay-room'
import type { ChannelDiscovery } from '@rally/core/ports/channel-discovery'
import type { Clock, Ids } from '@rally/core/ports/clock'
import type { Transports } from '@rally/core/ports/transport'
import type { ServerConnection } from '@rally/core/ports/transport-plugin'
import { createNaming, planChannels } from './plan-channels.js'
import type { RelayFiles } from './ports/relay-files.js'
import type { RelayEvent } from './relay-context.js'
import type { PlannedRoom } from './rules/plan-rooms.js'
import type { Sleep } from './run-channel.js'
import { type StartedChannel, startChannel } from './start-channel.js'

export interface RelayMachineContext {
  readonly discovery: ChannelDiscovery
  /** Rooms of this machine, as they are without a relay. */
  readonly transports: Transports
  readonly files: RelayFiles
  readonly connection: ServerConnection
  readonly clock: Clock
  readonly ids: Ids
  readonly sha256: (text: string) => string
  readonly sleep: Sleep
  readonly pid: number
  readonly prefix: string
  /** The server's URL where somebody typed it, without secrets: what decides leases finds the server by it. */
  readonly to?: string | undefined
  /** Seconds that presence lives on the server. */
  readonly presenceTtl: number
  report(event: RelayEvent): void
}

export interface RelayMachineInput {
  readonly signal: AbortSignal
  /** Only these channels; without it all of this machine. */
  readonly apps?: readonly string[] | undefined
  /** End when both sides agree. */
  readonly once?: boolean | undefined
}

/** Channels that belong to no repository are nobody's room. */
const NOT_RELAYED = new Set(['_unscoped'])
const RESCAN_MS = 5_000
const STATUS_MS = 1_000

/**
 * Replicates the channels of this machine with a server until the signal aborts: finds them, names their rooms, runs one
 * relay for each and tells how they stand. Answers how they stood at the end; `refused` ones say why.
 * Throws RallyError RELAY_RUNNING.
 */
export async function relayMachine(ctx: RelayMachineContext, input: RelayMachineInput): Promise<RelayStatus> {
  const unlock = await ctx.files.lock()
  const startedAt = ctx.clock.now()
  const machine = await ctx.files.machine()
  const running = new Map<string, StartedChannel>()
  const refused = new Map<string, RelayChannelStatus>()
  const done = new AbortController()
  const signal = AbortSignal.any([input.signal, done.signal])
  const forget = ctx.connection.onChange((up) =>
    ctx.report({ event: up ? 'connected' : 'disconnected', server: ctx.connection.server }),
  )

  const statusNow = async (): Promise<RelayStatus> => {
    const channels = [...running.values()].map(async ({ channel, key, relay }) => ({
      app: channel.app,
      key,
      ...(await relay.status()),
    }))
    return {
      schema: 'rally.relay-status/1',
      pid: ctx.pid,
      machine,
      server: ctx.connection.server,
      prefix: ctx.prefix,
      connected: ctx.connection.up,
      started_at: startedAt,
      written_at: ctx.clock.now(),
      channels: [...(await Promise.all(channels)), ...refused.values()].sort((a, b) => (a.app < b.app ? -1 : 1)),
    }
  }

  const naming = createNaming(ctx)
  const scan = async () => {
    const channels = (await ctx.discovery.list()).filter(
      ({ app }) => !NOT_RELAYED.has(app) && (input.apps?.includes(app) ?? true),
    )
    const plan = await planChannels(channels, {
      readRoom: ctx.files.readRoom,
      naming: (channel) => naming(channel, running.has(channel.app)),
    })
    for (const [app, one] of running) {
      const planned = plan.find((room) => room.app === app)
      if (planned !== undefined && 'source' in planned && planned.key === one.key) continue
      running.delete(app)
      ctx.report({ event: 'channel-stopped', app })
      await one.stop()
    }
    for (const app of refused.keys()) if (!plan.some((room) => room.app === app)) refused.delete(app)
    for (const planned of plan) {
      const channel = channels.find(({ app }) => app === planned.app)
      if (channel === undefined) continue
      const owner = (await ctx.files.readRoom(channel))?.machine
      if ('refusal' in planned) refuse(planned)
      else if (owner !== undefined && owner !== machine) {
        refuseWith(planned.app, new RallyError('RELAY_TWIN', { machine: owner }))
      } else if (!running.has(planned.app)) await start(channel, planned)
    }
  }

  const start = async (channel: Channel, planned: Extract<PlannedRoom, { source: string }>) => {
    try {
      running.set(channel.app, await startChannel(ctx, { channel, planned, machine, signal, keepLast: input.once }))
      refused.delete(channel.app)
    } catch (error) {
      // The others go on; the next look tries again.
      const what = 'relay.json'
      refuseWith(
        channel.app,
        isRallyError(error) ? error : new RallyError('NOT_STORED', { what, reason: reasonOf(error) }),
      )
    }
  }

  const refuse = (planned: Extract<PlannedRoom, { refusal: string }>) => {
    const error =
      planned.refusal === 'taken'
        ? new RallyError('RELAY_KEY_TAKEN', { apps: planned.apps.join(' and '), key: planned.key })
        : new RallyError('RELAY_KEY_UNKNOWN', {
            app: planned.app,
            reason: 'its repository has no origin that other machines know',
          })
    refuseWith(planned.app, error)
  }
  const refuseWith = (app: string, { code, message, hint }: RallyError) => {
    if (refused.get(app)?.error?.message === message) return
    ctx.report({ event: 'channel-refused', app, code, reason: message, hint })
    refused.set(app, { ...NOTHING, app, key: null, error: { code, message, hint } })
  }

  const tell = async () => {
    while (!signal.aborted) {
      await ctx.sleep(STATUS_MS, signal)
      const status = await statusNow()
      await ctx.files.writeStatus(status).catch(() => undefined)
      const settled = [...running.values()].every(({ relay }) => relay.isIdle())
      if (input.once === true && settled) done.abort()
    }
  }

  try {
    await scan()
    ctx.report({ event: 'ready', machine, server: ctx.connection.server, channels: running.size, pid: ctx.pid })
    const telling = tell()
    while (!signal.aborted) {
      await ctx.sleep(RESCAN_MS, signal)
      if (signal.aborted) break
      await scan().catch((error: unknown) => ctx.report({ event: 'scan-failed', reason: reasonOf(error) }))
    }
    await telling
    const last = await statusNow()
    await Promise.all([...running.values()].map((one) => one.stop()))
    await ctx.files.writeStatus({ ...last, connected: false, written_at: ctx.clock.now() }).catch(() => undefined)
    ctx.report({ event: 'stopped', machine })
    return last
  } finally {
    forget()
    unlock()
  }
}

const NOTHING = {
  state: 'refused' as const,
  waiting_out: null,
  waiting_messages: null,
  exported: 0,
  imported: 0,
  current_at: null,
}
