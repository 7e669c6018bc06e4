import { isRallyError } from '../../errors.js'
import type { Channel } from '../../model/channel.js'
import type { Transport } from '../../ports/transport.js'
import type { RosterAgent } from '../../rules/roster/roster-tree.js'
import { Hints, keepListening, type Wait } from '../status/hints.js'
import {
  gatherRoster,
  judgeRoster,
  listChannels,
  type RosterContext,
  type RosterFacts,
  type RosterInput,
  type RosterReport,
} from './build-roster.js'

export interface WatchRosterInput extends RosterInput {
  /** Seconds after which ages are told anew; default 2. */
  readonly intervalSecs?: number | undefined
  readonly signal: AbortSignal
  readonly wait: Wait
}

export interface RosterLook {
  readonly roster: RosterReport
  /** Whether more than ages differs from the look before. */
  readonly changed: boolean
}

const DEFAULT_INTERVAL_SECS = 2
/** Hints tell of every write; a full look now and then is for the case that one was missed. */
const FULL_LOOK_SECS = 30

/** The roster, again at every interval and soon after any session of any channel changed, until the signal aborts. */
export async function* watchRoster(
  ctx: RosterContext,
  input: WatchRosterInput,
): AsyncGenerator<RosterLook, void, void> {
  const ending = new AbortController()
  const hints = new Hints(AbortSignal.any([input.signal, ending.signal]), input.wait)
  const interval = Math.max(0.05, input.intervalSecs ?? DEFAULT_INTERVAL_SECS)
  const listeners = new Map<string, Transport>()
  let facts: RosterFacts | undefined
  let readAt = 0
  let told: string | undefined
  try {
    while (!input.signal.aborted) {
      const now = ctx.clock.now()
      const hinted = hints.take()
      const channels = await listChannels(ctx, input)
      const isNew = await listenToNew(ctx, channels, { listeners, hints, interval })
      if (hinted || isNew || facts === undefined || now - readAt >= FULL_LOOK_SECS) {
        facts = await gatherRoster(ctx, channels)
        readAt = now
      }
      const roster = judgeRoster(ctx, facts, input)
      const signature = signatureOf(roster)
      yield { roster, changed: signature !== told }
      told = signature
      await hints.orAfter(interval)
    }
  } finally {
    ending.abort()
    await Promise.all([...listeners.values()].map((transport) => transport.close()))
  }
}

/** Whether there was a channel that nobody listened to. One that cannot be listened to is looked at all the same. */
async function listenToNew(
  ctx: RosterContext,
  channels: readonly Channel[],
  { listeners, hints, interval }: { listeners: Map<string, Transport>; hints: Hints; interval: number },
): Promise<boolean> {
  let isNew = false
  for (const channel of channels) {
    if (listeners.has(channel.dir)) continue
    try {
      const transport = await ctx.transports.open(channel)
      listeners.set(channel.dir, transport)
      void keepListening(transport, hints, interval)
      isNew = true
    } catch (error) {
      if (!isRallyError(error)) throw error
    }
  }
  return isNew
}

function signatureOf({ agents, live_count, stale_count, unreadable }: RosterReport): string {
  const facts = (agent: RosterAgent): unknown => {
    const { age_secs: _age, last_seen: _seen, children, ...rest } = agent
    return [rest, children.map(facts)]
  }
  return JSON.stringify([live_count, stale_count, unreadable, agents.map(facts)])
}
