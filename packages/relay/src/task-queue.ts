import { isRallyError, reasonOf } from '@rally/core/errors'
import type { RelayChannelStatus } from '@rally/core/model/relay-room'
import { RELAY_TASKS, type RelayTask } from './channel-relay.js'
import type { RelayContext } from './relay-context.js'

/** First and longest pause before a task that failed is tried again, in milliseconds, by error code. */
const PAUSES: Readonly<Record<string, readonly [number, number]>> = {
  SERVER_UNREACHABLE: [100, 500],
  BUSY: [50, 1_000],
  SERVER_FULL: [1_000, 10_000],
  NOT_STORED: [1_000, 10_000],
}
const OTHER_PAUSE: readonly [number, number] = [1_000, 30_000]

/** The tasks that bring what people wrote; the others only renew what is known. */
const CONTENT: readonly RelayTask[] = ['export', 'import', 'inbox']

interface Failure {
  readonly count: number
  /** Epoch milliseconds before which it is not tried again. */
  readonly until: number
  readonly code: string
}

/** What is to be done for a channel, what is under way, and what failed and waits. */
export interface TaskQueue {
  /** These have something to do. Nothing is taken in any more once the signal aborted. */
  mark(tasks: readonly RelayTask[]): void
  /** Settles at the next `mark`. */
  marked(): Promise<void>
  /** Does each task that is due, once. */
  work(step: (task: RelayTask) => Promise<boolean>): Promise<void>
  /** Tries again at once what failed. */
  forgive(): void
  /** Milliseconds until there is something to do; 0 for now, undefined when nothing is known of. */
  dueIn(): number | undefined
  /** Whether a task is marked that was not begun. */
  hasMarks(): boolean
  /** Whether there is nothing to do that anybody knows of. */
  isIdle(): boolean
  /** Whether what people wrote is carried over, as far as is known. */
  hasContent(): boolean
  readonly failing: boolean
  /** Epoch seconds at which nothing was left to do; null before that. */
  readonly currentAt: number | null
  readonly error: RelayChannelStatus['error']
}

export function createTaskQueue({ clock, report }: RelayContext, signal: AbortSignal): TaskQueue {
  const now = () => clock.now() * 1000
  const dirty = new Set<RelayTask>(RELAY_TASKS)
  const failures = new Map<RelayTask, Failure>()
  /** The step that is under way: nobody knows yet what it leaves. */
  let busy: RelayTask | undefined
  let currentAt: number | null = null
  let error: RelayChannelStatus['error'] = null
  let wake: () => void = () => undefined
  let woken = new Promise<void>((resolve) => (wake = resolve))

  const isDue = (task: RelayTask) => dirty.has(task) && (failures.get(task)?.until ?? 0) <= now()

  const fail = (task: RelayTask, thrown: unknown) => {
    const known = failures.get(task)
    const failure = failureOf(thrown, known, now())
    failures.set(task, failure)
    dirty.add(task)
    const { code } = failure
    const hint = isRallyError(thrown) ? thrown.hint : null
    error = { code, message: reasonOf(thrown), hint }
    if (known?.code !== code) report({ event: 'waiting', task, code, reason: reasonOf(thrown), hint })
  }

  const attempt = async (task: RelayTask, step: (task: RelayTask) => Promise<boolean>) => {
    dirty.delete(task)
    busy = task
    try {
      if (await step(task)) dirty.add(task)
      if (failures.delete(task)) report({ event: 'resumed', task })
    } catch (thrown) {
      fail(task, thrown)
    }
    busy = undefined
  }

  return {
    mark(tasks) {
      if (signal.aborted) return
      for (const task of tasks) dirty.add(task)
      wake()
      woken = new Promise<void>((resolve) => (wake = resolve))
    },
    marked: () => woken,
    async work(step) {
      for (const task of RELAY_TASKS) if (!signal.aborted && isDue(task)) await attempt(task, step)
      if (dirty.size > 0 || failures.size > 0) return
      error = null
      currentAt = clock.now()
    },
    forgive: () => failures.clear(),
    dueIn() {
      if ([...dirty].some(isDue)) return 0
      const waits = [...failures.values()].map(({ until }) => until - now())
      return waits.length === 0 ? undefined : Math.min(...waits)
    },
    hasMarks: () => dirty.size > 0,
    isIdle: () => busy === undefined && dirty.size === 0 && failures.size === 0,
    hasContent: () => failures.size > 0 || CONTENT.some((task) => task === busy || dirty.has(task)),
    get failing() {
      return failures.size > 0
    },
    get currentAt() {
      return currentAt
    },
    get error() {
      return error
    },
  }
}

/** The pause doubles while the reason stays the same. */
function failureOf(thrown: unknown, known: Failure | undefined, now: number): Failure {
  const code = isRallyError(thrown) ? thrown.code : 'INTERNAL'
  const count = known?.code === code ? known.count + 1 : 1
  const [first, longest] = PAUSES[code] ?? OTHER_PAUSE
  return { count, code, until: now + Math.min(longest, first * 2 ** Math.min(count - 1, 10)) }
}
