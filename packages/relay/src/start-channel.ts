import type { Channel } from '@rally/core/model/channel'
import type { RelayRoom } from '@rally/core/model/relay-room'
import { createChannelRelay } from './channel-relay.js'
import type { RelayEvent } from './relay-context.js'
import type { RelayMachineContext } from './relay-machine-context.js'
import { type RunningChannel, runChannel } from './run-channel.js'

/** A channel of this machine that is being replicated. */
export interface StartedChannel {
  readonly channel: Channel
  readonly key: string
  readonly relay: RunningChannel
  /** Ends it; what nobody renews any more is taken away on both sides, unless it is kept. */
  stop(): Promise<void>
}

/** Opens both sides of a channel, leaves `relay.json` in it and begins to replicate. */
export async function startChannel(
  ctx: RelayMachineContext,
  start: {
    channel: Channel
    planned: { key: string; source: 'configuration' | 'origin' }
    machine: string
    signal: AbortSignal
    /** Presence stays as it was last known when the relay ends. */
    keepLast?: boolean | undefined
  },
): Promise<StartedChannel> {
  const { channel, planned, machine } = start
  const known = await ctx.files.readRoom(channel)
  const goesOn = known !== undefined && known.machine === machine
  const room: RelayRoom = {
    schema: 'rally.relay/1',
    key: planned.key,
    key_source: planned.source,
    machine,
    epoch: goesOn ? known.epoch : ctx.ids.hex(12),
    server: ctx.connection.server,
    prefix: ctx.prefix,
    ...(ctx.to === undefined ? {} : { to: ctx.to }),
    since: goesOn ? known.since : ctx.clock.now(),
  }
  await ctx.files.writeRoom(channel, room)
  const report = (event: RelayEvent) => ctx.report({ ...event, app: channel.app })
  const home = await ctx.transports.open(channel)
  const hub = ctx.connection.open({ channel, key: planned.key, machine })
  const stopping = new AbortController()
  const relay = createChannelRelay(
    {
      home,
      hub,
      identity: { machine, epoch: room.epoch },
      clock: ctx.clock,
      memory: {
        read: () => ctx.files.readMemory(channel),
        write: (memory) => ctx.files.writeMemory(channel, memory),
      },
      receipts: ctx.receiptsOf?.(channel, home),
      report,
    },
    {
      renewSecs: ctx.presenceTtl / 3,
      adoptLeases: !goesOn || known.key !== planned.key || known.attached === true,
      keepLast: start.keepLast,
    },
  )
  report({ event: 'channel', key: planned.key, source: planned.source })
  const running = runChannel(relay, {
    signal: AbortSignal.any([start.signal, stopping.signal]),
    sleep: ctx.sleep,
    online: ctx.connection,
  })
  return {
    channel,
    key: planned.key,
    relay: running,
    async stop() {
      stopping.abort()
      await running.done
      if (ctx.connection.up) {
        await relay.remember().catch(() => undefined)
        await relay.leave().catch(() => undefined)
      }
      await Promise.allSettled([home.close(), hub.close()])
    },
  }
}
