import { RallyError } from '@rally/core/errors'
import { expect, it } from 'vitest'
import { RELAY_TASKS } from './channel-relay.js'
import type { RelayContext, RelayEvent } from './relay-context.js'
import { createTaskQueue } from './task-queue.js'

function world() {
  const events: RelayEvent[] = []
  const seen = { now: 1_000 }
  const ending = new AbortController()
  const context = { clock: { now: () => seen.now }, report: (event: RelayEvent) => events.push(event) }
  const queue = createTaskQueue(context as unknown as RelayContext, ending.signal)
  const done: string[] = []
  /** What a task does; nothing where none is given. */
  const work = (behave: Partial<Record<string, () => boolean>> = {}) =>
    queue.work(async (task) => {
      done.push(task)
      return behave[task]?.() ?? false
    })
  return { queue, events, seen, ending, done, work }
}

const throwing = (code: 'SERVER_UNREACHABLE' | 'NOT_STORED') => () => {
  throw new RallyError(code, { what: 'x', server: 's', reason: 'r' })
}

it('does each task once, and again only what has more or was marked', async () => {
  const { queue, done, work, seen } = world()
  expect([queue.isIdle(), queue.hasContent(), queue.hasMarks(), queue.dueIn()]).toEqual([false, true, true, 0])
  await work({ inbox: () => true })
  expect(done).toEqual([...RELAY_TASKS])
  expect([queue.isIdle(), queue.hasContent(), queue.currentAt]).toEqual([false, true, null])
  done.length = 0
  await work()
  expect(done).toEqual(['inbox'])
  expect([queue.isIdle(), queue.hasContent(), queue.hasMarks(), queue.dueIn()]).toEqual([true, false, false, undefined])
  expect(queue.currentAt).toBe(1_000)
  seen.now = 1_001
  queue.mark(['leases'])
  // Leases are nothing that people wrote.
  expect([queue.isIdle(), queue.hasContent(), queue.hasMarks(), queue.dueIn()]).toEqual([false, false, true, 0])
  await work()
  expect(queue.currentAt).toBe(1_001)
})

it('is not done with what people wrote while that is under way', async () => {
  const { queue, work } = world()
  const seen: boolean[] = []
  const look = () => {
    seen.push(queue.isIdle(), queue.hasContent(), queue.hasMarks())
    return false
  }
  await work()
  queue.mark(['export'])
  await work({ export: look })
  expect(seen).toEqual([false, true, false])
})

it('wakes whoever waits for a mark', async () => {
  const { queue, ending } = world()
  let woken = 0
  void queue.marked().then(() => (woken += 1))
  queue.mark(['inbox'])
  await Promise.resolve()
  expect(woken).toBe(1)
  void queue.marked().then(() => (woken += 1))
  queue.mark(['inbox'])
  await Promise.resolve()
  expect(woken).toBe(2)
  ending.abort()
  void queue.marked().then(() => (woken += 1))
  queue.mark(['inbox'])
  await Promise.resolve()
  expect(woken).toBe(2)
})

it('waits longer each time while one thing is in the way, up to a limit, and says it once', async () => {
  const { queue, events, seen, work, done } = world()
  const pauses: (number | undefined)[] = []
  for (let n = 0; n < 6; n++) {
    await work({ export: throwing('SERVER_UNREACHABLE') })
    pauses.push(queue.dueIn())
    seen.now += ((queue.dueIn() ?? 0) + 1) / 1000
  }
  expect(pauses.map((pause) => Math.round(pause ?? 0))).toEqual([100, 200, 400, 500, 500, 500])
  expect(events).toMatchObject([{ event: 'waiting', task: 'export', code: 'SERVER_UNREACHABLE' }])
  expect([queue.failing, queue.isIdle(), queue.hasContent()]).toEqual([true, false, true])
  expect(queue.error).toMatchObject({ code: 'SERVER_UNREACHABLE', hint: expect.any(String) })
  await work({ export: throwing('NOT_STORED') })
  expect(Math.round(queue.dueIn() ?? 0)).toBe(1_000)
  expect(events.map(({ code }) => code)).toEqual(['SERVER_UNREACHABLE', 'NOT_STORED'])
  done.length = 0
  seen.now += 0.5
  await work()
  expect(done).toEqual([])
  seen.now += 0.6
  await work()
  expect(done).toEqual(['export'])
  expect(events.at(-1)).toEqual({ event: 'resumed', task: 'export' })
  expect([queue.failing, queue.error, queue.currentAt]).toEqual([false, null, seen.now])
})

it('tries again at once what failed when that is forgiven, and names what it does not know', async () => {
  const { queue, work, done } = world()
  await work({
    import: () => {
      throw new Error('no such folder')
    },
  })
  expect(queue.error).toEqual({ code: 'INTERNAL', message: 'no such folder', hint: null })
  expect(queue.dueIn()).toBe(1_000)
  expect(queue.currentAt).toBeNull()
  queue.forgive()
  expect(queue.dueIn()).toBe(0)
  done.length = 0
  await work()
  expect(done).toEqual(['import'])
})
