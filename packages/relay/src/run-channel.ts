import { reasonOf } from '@rally/core/errors'
import type { RelayChannelStatus } from '@rally/core/model/relay-room'
import { type ChannelRelay, RELAY_TASKS, TASKS_OF_HOME, TASKS_OF_HUB } from './channel-relay.js'
import { createTaskQueue, type TaskQueue } from './task-queue.js'

/** Resolves after `ms`, or at once when the signal aborts. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>

export interface RunChannelOptions {
  readonly signal: AbortSignal
  readonly sleep: Sleep
  /** Whether the hub can be reached now, and a call when that changes. */
  readonly online: { readonly up: boolean; onChange(listener: (up: boolean) => void): () => void }
  /** How often presence is looked at without a hint (expiry gives none), in milliseconds. */
  readonly presenceMs?: number
  readonly pollMs?: number
}

/** A channel that is being replicated. */
export interface RunningChannel {
  /** Settles when the signal aborted and the last step is done; never rejects. */
  readonly done: Promise<void>
  /** Whether there is nothing to do that anybody knows of. */
  isIdle(): boolean
  status(): Promise<
    Pick<
      RelayChannelStatus,
      'state' | 'waiting_out' | 'waiting_messages' | 'exported' | 'imported' | 'current_at' | 'error'
    >
  >
}

const PRESENCE_MS = 2_000
const HOUSEKEEPING_MS = 5_000
/** Pause before a watch that ended is begun again. */
const WATCH_AGAIN_MS = 1_000
const SHORTEST_REST_MS = 5

/** A channel that is being replicated, as its parts see it. */
interface Run {
  readonly relay: ChannelRelay
  readonly options: RunChannelOptions
  readonly queue: TaskQueue
}

/** Replicates one channel until the signal aborts: hints wake it, failures make it wait, say so, and go on. */
export function runChannel(relay: ChannelRelay, options: RunChannelOptions): RunningChannel {
  const queue = createTaskQueue(relay.context, options.signal)
  return {
    done: run({ relay, options, queue }),
    isIdle: () => queue.isIdle(),
    async status() {
      const behind = queue.hasContent()
      const waiting = behind ? await relay.waiting().catch(() => undefined) : { records: 0, messages: 0 }
      const state = !options.online.up ? 'offline' : queue.failing ? 'waiting' : behind ? 'behind' : 'current'
      return {
        state,
        waiting_out: waiting?.records ?? null,
        waiting_messages: waiting?.messages ?? null,
        ...relay.counts(),
        current_at: queue.currentAt,
        error: queue.error,
      }
    },
  }
}

async function run(run: Run): Promise<void> {
  const { relay, queue } = run
  const { signal, online, presenceMs = PRESENCE_MS } = run.options
  const forget = online.onChange((up) => {
    if (up) comeBack(run)
  })
  const helpers = [
    watch(run, 'home'),
    watch(run, 'hub'),
    // Expiry of presence, and what was told to sessions, give no hint.
    repeat(run, presenceMs, () => queue.mark(['presence', 'receipts'])),
    // For lines of sessions that came after them.
    repeat(run, HOUSEKEEPING_MS, () => queue.mark(['heartbeats'])),
    repeat(run, HOUSEKEEPING_MS, () => keepHouse(run)),
  ]
  while (!signal.aborted) {
    await queue.work((task) => relay.step(task))
    if (!signal.aborted) await rest(run)
  }
  forget()
  await Promise.all(helpers)
}

/** Whatever was in flight may or may not have arrived. */
function comeBack({ relay, queue }: Run): void {
  relay.reset()
  queue.forgive()
  queue.mark(RELAY_TASKS)
}

async function keepHouse({ relay, queue, options }: Run): Promise<void> {
  if (!options.online.up) return
  if (!(await relay.checkNumbering())) queue.mark(RELAY_TASKS)
  if (!queue.hasMarks()) await relay.remember()
}

/** Until a hint comes or the pause of a failed task is over. */
async function rest({ queue, options }: Run): Promise<void> {
  const { signal, sleep, presenceMs = PRESENCE_MS } = options
  const marked = queue.marked()
  const due = queue.dueIn() ?? presenceMs
  if (due === 0) return
  const resting = new AbortController()
  const pause = Math.max(SHORTEST_REST_MS, Math.min(due, presenceMs))
  await Promise.race([marked, sleep(pause, AbortSignal.any([signal, resting.signal]))])
  resting.abort()
}

async function repeat({ options }: Run, ms: number, job: () => Promise<void> | void): Promise<void> {
  const { signal, sleep } = options
  while (!signal.aborted) {
    await sleep(ms, signal)
    if (signal.aborted) return
    try {
      await job()
    } catch {
      // The next round tries again; what matters to users is reported by the tasks.
    }
  }
}

/** Marks what a change on one side calls for. A watch that ended may have missed something: everything is looked at. */
async function watch({ relay, queue, options }: Run, side: 'home' | 'hub'): Promise<void> {
  const { signal, sleep, pollMs } = options
  const { context } = relay
  const tasks = side === 'home' ? TASKS_OF_HOME : TASKS_OF_HUB
  while (!signal.aborted) {
    try {
      const watching = { signal, ...(pollMs === undefined ? {} : { pollMs }) }
      await context[side].watch(({ store }) => queue.mark(tasks[store]), watching)
    } catch (thrown) {
      context.report({ event: 'watch-failed', side, reason: reasonOf(thrown) })
    }
    if (!signal.aborted) await sleep(WATCH_AGAIN_MS, signal)
    queue.mark(RELAY_TASKS)
  }
}
