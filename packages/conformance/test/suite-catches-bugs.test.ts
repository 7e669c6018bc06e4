import type { Transport, TransportSupports } from '@rally/core/ports/transport'
import { createMemoryTransports } from '@rally/core/testing/memory-transport'
import { expect, it } from 'vitest'
import { type TestRunner, transportContract } from '../src/transport-contract.js'
import { testChannel, testIds } from './test-channel.js'

/** A contract that nothing can break proves nothing: each planted bug must make it fail, and name the right part. */
const BUGS: Record<string, { expected: RegExp; plant: (transport: Transport) => Transport }> = {
  'a page skips a record': {
    expected: /pages join/,
    plant: (t) =>
      withStore(t, 'log', {
        read: async (after, limit) => {
          const page = await t.log.read(after, limit)
          return page.more ? { ...page, records: page.records.slice(0, -1) } : page
        },
      }),
  },
  'revisions repeat': {
    expected: /strictly upwards/,
    plant: (t) =>
      withStore(t, 'log', {
        append: async (draft) => ({ ...(await t.log.append(draft)), revision: 1 }),
      }),
  },
  'the origin is forgotten': {
    expected: /what was appended/,
    plant: (t) => withStore(t, 'log', { append: ({ origin: _, ...draft }) => t.log.append(draft) }),
  },
  'presence loses foreign keys': {
    expected: /keeps the keys/,
    plant: (t) =>
      withStore(t, 'sessions', {
        put: async (presence) => {
          await t.sessions.remove(presence.session_id)
          await t.sessions.put(presence)
        },
      }),
  },
  'unsafe ids get through': {
    expected: /unsafe ids/,
    plant: (t) => withStore(t, 'sessions', { remove: async () => null }),
  },
  'ordinals start at 0': {
    expected: /numbers the messages/,
    plant: (t) =>
      withStore(t, 'inbox', {
        read: async (box, after, limit) =>
          (await t.inbox.read(box, after, limit)).map((entry) => ({ ...entry, ordinal: entry.ordinal - 1 })),
      }),
  },
  'two get the same seat': {
    expected: /of sixteen|empty seat/,
    plant: (t) =>
      withStore(t, 'leases', {
        compareAndSet: async (name, _expected, next) =>
          t.leases.compareAndSet(name, (await t.leases.read(name))?.version ?? null, next),
      }),
  },
  'two get the same name': {
    expected: /gets another one|first free number/,
    plant: (t) => withStore(t, 'names', { assign: async (_id, stem) => `${stem}1` }),
  },
  'a name is given again at once': {
    expected: /right after the end/,
    plant: (t) => {
      const given = new Set<string>()
      return withStore(t, 'names', {
        assign: async (id, stem) => {
          const free = [...given].find((name) => name.startsWith(stem))
          if (free !== undefined) given.delete(free)
          return free ?? t.names.assign(id, stem)
        },
        release: async (id) => {
          for (const held of await t.names.list()) if (held.session_id === id) given.add(held.name)
          await t.names.release(id)
        },
      })
    },
  },
  'a report is forgotten when another machine reports': {
    expected: /newest of each machine/,
    plant: (t) =>
      withStore(t, 'receipts', {
        put: async (report) => {
          for (const { machine } of await t.receipts.list()) await t.receipts.remove(machine)
          await t.receipts.put(report)
        },
      }),
  },
  'a hint is missing': {
    expected: /hints at a write/,
    plant: (t) => ({ ...t, watch: (onHint, o) => t.watch((hint) => hint.store !== 'leases' && onHint(hint), o) }),
  },
  'it works after close': { expected: /afterwards every call/, plant: (t) => ({ ...t, close: async () => undefined }) },
  'it declares what it does not do': {
    expected: /replay stores nothing/,
    plant: (t) => ({ ...t, supports: { ...t.supports, refusesReplays: true } }),
  },
}

it.each(Object.entries(BUGS))('the contract notices: %s', async (_name, { plant, expected }) => {
  const failures = await runContract(plant)
  expect(failures.join('\n')).toMatch(expected)
})

it('finds nothing wrong with the plain memory transport', async () => {
  expect(await runContract((transport) => transport, 600_000)).toEqual([])
})

function withStore<Store extends 'log' | 'sessions' | 'inbox' | 'leases' | 'names' | 'receipts'>(
  transport: Transport,
  store: Store,
  changed: Partial<Transport[Store]>,
): Transport {
  return { ...transport, [store]: { ...transport[store], ...changed } }
}

/** Runs the suite with a runner of our own and answers the names of the tests that failed. */
async function runContract(plant: (transport: Transport) => Transport, limitMs = 1000): Promise<string[]> {
  const tests: { name: string; body: () => void | Promise<void> }[] = []
  const runner: TestRunner = { describe: (_name, body) => body(), it: (name, body) => tests.push({ name, body }) }
  const room = async (dir: string) => plant(await transports.open(testChannel(dir)))
  const transports = createMemoryTransports(testIds())
  const supports: TransportSupports = (await room('/probe')).supports
  let n = 0
  transportContract(runner, {
    name: 'planted',
    supports,
    async open() {
      const dir = `/memory/${n++}`
      return { transport: await room(dir), reopen: () => room(dir), cleanup: async () => undefined }
    },
  })
  const failures: string[] = []
  // A bug that makes a wait never end is noticed by the limit, not by the suite's patience.
  for (const { name, body } of tests) {
    const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), limitMs).unref())
    const outcome = await Promise.race([
      Promise.resolve()
        .then(body)
        .then(
          () => 'ok',
          () => 'failed',
        ),
      late,
    ])
    if (outcome !== 'ok') failures.push(name)
  }
  return failures
}
