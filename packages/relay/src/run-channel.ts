import { isRallyError, reasonOf } from '@rally/core/errors'
import type { RelayChannelStatus } from '@rally/core/model/relay-room'
import { type ChannelRelay, RELAY_TASKS, type RelayTask, TASKS_OF_HOME, TASKS_OF_HUB } from './channel-relay.js'

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

/** The tasks that bring what people wrote; the others only renew what is known. */
const CONTENT: readonly RelayTask[] = ['export', 'import', 'inbox']

/** First and longest pause before a task that failed is tried again, in milliseconds, by error code. */
const PAUSES: Readonly<Record<string, readonly [number, number]>> = {
  SERVER_UNREACHABLE: [100, 500],
  BUSY: [50, 1_000],
  SERVER_FULL: [1_000, 10_000],
  NOT_STORED: [1_000, 10_000],
}
const OTHER_PAUSE: readonly [number, number] = [1_000, 30_000]
const PRESENCE_MS = 2_000
const HOUSEKEEPING_MS = 5_000

/** Replicates one channel until the signal aborts: hints wake it, failures make it wait, say so, and go on. */
export function runChannel(relay: ChannelRelay, options: RunChannelOptions): RunningChannel {
  const { signal, sleep, online, pollMs } = options
  const { context } = relay
  const now = () => context.clock.now() * 1000
  const dirty = new Set<RelayTask>(RELAY_TASKS)
  const failures = new Map<RelayTask, { count: number; until: number; code: string }>()
  /** The step that is under way: nobody knows yet what it leaves. */
  let busy: RelayTask | undefined
  let currentAt: number | null = null
  let error: RelayChannelStatus['error'] = null
  let resting = new AbortController()
  signal.addEventListener('abort', () => resting.abort(), { once: true })
  let wake: () => void = () => undefined
  let woken = new Promise<void>((resolve) => (wake = resolve))

  const mark = (tasks: readonly RelayTask[]) => {
    for (const task of tasks) dirty.add(task)
    wake()
  }
  const cameBack = (up: boolean) => {
    if (!up) return
    // Whatever was in flight may or may not have arrived.
    relay.reset()
    failures.clear()
    mark(RELAY_TASKS)
  }

  const fail = (task: RelayTask, thrown: unknown) => {
    const code = isRallyError(thrown) ? thrown.code : 'INTERNAL'
    const known = failures.get(task)
    const count = known?.code === code ? known.count + 1 : 1
    const [first, longest] = PAUSES[code] ?? OTHER_PAUSE
    failures.set(task, { count, code, until: now() + Math.min(longest, first * 2 ** Math.min(count - 1, 10)) })
    dirty.add(task)
    const hint = isRallyError(thrown) ? thrown.hint : null
    error = { code, message: reasonOf(thrown), hint }
    if (known?.code !== code) context.report({ event: 'waiting', task, code, reason: reasonOf(thrown), hint })
  }

  const work = async () => {
    for (const task of RELAY_TASKS) {
      const failure = failures.get(task)
      if (!dirty.has(task) || signal.aborted || (failure !== undefined && failure.until > now())) continue
      dirty.delete(task)
      busy = task
      try {
        if (await relay.step(task)) dirty.add(task)
        if (failures.delete(task)) context.report({ event: 'resumed', task })
      } catch (thrown) {
        fail(task, thrown)
      }
      busy = undefined
    }
    if (dirty.size > 0 || failures.size > 0) return
    error = null
    currentAt = context.clock.now()
  }

  /** Until a hint comes or the pause of a failed task is over. */
  const rest = async () => {
    const ready = [...dirty].some((task) => (failures.get(task)?.until ?? 0) <= now())
    if (ready) return
    const next = Math.min(
      ...[...failures.values()].map(({ until }) => until - now()),
      options.presenceMs ?? PRESENCE_MS,
    )
    resting = new AbortController()
    await Promise.race([woken, sleep(Math.max(5, next), resting.signal)])
    resting.abort()
    woken = new Promise<void>((resolve) => (wake = resolve))
  }

  const repeat = async (ms: number, job: () => Promise<void> | void) => {
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

  const watch = async (side: 'home' | 'hub') => {
    const tasks = side === 'home' ? TASKS_OF_HOME : TASKS_OF_HUB
    while (!signal.aborted) {
      try {
        const watching = { signal, ...(pollMs === undefined ? {} : { pollMs }) }
        await context[side].watch(({ store }) => mark(tasks[store]), watching)
      } catch (thrown) {
        context.report({ event: 'watch-failed', side, reason: reasonOf(thrown) })
      }
      if (!signal.aborted) await sleep(1_000, signal)
      mark(RELAY_TASKS)
    }
  }

  const run = async () => {
    const forget = online.onChange(cameBack)
    const helpers = [
      watch('home'),
      watch('hub'),
      repeat(options.presenceMs ?? PRESENCE_MS, () => mark(['presence'])),
      // For lines of sessions that came after them.
      repeat(HOUSEKEEPING_MS, () => mark(['heartbeats'])),
      repeat(HOUSEKEEPING_MS, async () => {
        if (!online.up) return
        if (!(await relay.checkNumbering())) mark(RELAY_TASKS)
        if (dirty.size === 0) await relay.remember()
      }),
    ]
    while (!signal.aborted) {
      await work()
      if (!signal.aborted) await rest()
    }
    forget()
    await Promise.all(helpers)
  }

  return {
    done: run(),
    isIdle: () => busy === undefined && dirty.size === 0 && failures.size === 0,
    async status() {
      const idle = failures.size === 0 && CONTENT.every((task) => task !== busy && !dirty.has(task))
      const waiting = idle ? { records: 0, messages: 0 } : await relay.waiting().catch(() => undefined)
      const state = !online.up ? 'offline' : failures.size > 0 ? 'waiting' : idle ? 'current' : 'behind'
      return {
        state,
        waiting_out: waiting?.records ?? null,
        waiting_messages: waiting?.messages ?? null,
        ...relay.counts(),
        current_at: currentAt,
        error,
      }
    },
  }
}
