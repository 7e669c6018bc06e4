import { reasonOf } from '@rally/core/errors'
import type { RelayStatus } from '@rally/core/model/relay-room'
import { createNaming } from './plan-channels.js'
import type { RelayMachineContext } from './relay-machine-context.js'
import { createRelayedRooms, type RelayedRooms, scanRooms } from './scan-rooms.js'

export interface RelayMachineInput {
  readonly signal: AbortSignal
  /** Only these channels; without it all of this machine. */
  readonly apps?: readonly string[] | undefined
  /** End when both sides agree. */
  readonly once?: boolean | undefined
}

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
  const done = new AbortController()
  const forget = ctx.connection.onChange((up) =>
    ctx.report({ event: up ? 'connected' : 'disconnected', server: ctx.connection.server }),
  )
  try {
    const rooms = createRelayedRooms({
      ctx,
      apps: input.apps,
      keepLast: input.once,
      machine: await ctx.files.machine(),
      naming: createNaming(ctx),
      signal: AbortSignal.any([input.signal, done.signal]),
    })
    await scanRooms(rooms)
    const { machine, running } = rooms
    ctx.report({ event: 'ready', machine, server: ctx.connection.server, channels: running.size, pid: ctx.pid })
    const telling = keepTelling(rooms, startedAt, input.once === true ? () => done.abort() : undefined)
    await keepScanning(rooms)
    await telling
    return await finish(rooms, startedAt)
  } finally {
    forget()
    unlock()
  }
}

/** Looks for new channels and new names of rooms until the signal aborts. */
async function keepScanning(rooms: RelayedRooms): Promise<void> {
  const { ctx, signal } = rooms
  while (!signal.aborted) {
    await ctx.sleep(RESCAN_MS, signal)
    if (signal.aborted) return
    await scanRooms(rooms).catch((error: unknown) => ctx.report({ event: 'scan-failed', reason: reasonOf(error) }))
  }
}

/** Writes how things stand, once a second; `settled` is called when nothing is left to do. */
async function keepTelling(rooms: RelayedRooms, startedAt: number, settled: (() => void) | undefined): Promise<void> {
  const { ctx, signal, running } = rooms
  while (!signal.aborted) {
    await ctx.sleep(STATUS_MS, signal)
    await ctx.files.writeStatus(await statusOf(rooms, startedAt)).catch(() => undefined)
    if ([...running.values()].every(({ relay }) => relay.isIdle())) settled?.()
  }
}

/** Ends every channel; answers how they stood before. */
async function finish(rooms: RelayedRooms, startedAt: number): Promise<RelayStatus> {
  const { ctx, machine, running } = rooms
  const last = await statusOf(rooms, startedAt)
  await Promise.all([...running.values()].map((one) => one.stop()))
  await ctx.files.writeStatus({ ...last, connected: false, written_at: ctx.clock.now() }).catch(() => undefined)
  ctx.report({ event: 'stopped', machine })
  return last
}

async function statusOf({ ctx, machine, running, refused }: RelayedRooms, startedAt: number): Promise<RelayStatus> {
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
