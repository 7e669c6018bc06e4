import assert from 'node:assert/strict'
import type { Transport } from '@rally/core/ports/transport'
import { eventually, within } from './assertions.js'
import type { ContractPart } from './contract-part.js'
import { ack, draft, heartbeat, message, NOW, presence } from './samples.js'

const WRITES: readonly [name: string, write: (transport: Transport, n: number) => Promise<unknown>][] = [
  ['log', ({ log }, n) => log.append(draft({ payload: { n } }))],
  ['sessions', ({ sessions }, n) => sessions.put(presence('s1', { last_seen: NOW + n }))],
  ['heartbeats', ({ heartbeats }, n) => heartbeats.append(heartbeat(NOW + n))],
  ['inbox', ({ inbox }, n) => inbox.deliver(message('codex', n))],
  ['inbox', ({ inbox }, n) => inbox.setCursor('codex', 's1', ack('codex', 's1', n))],
  ['leases', ({ leases }) => leases.compareAndSet('lead', null, { n: 1 })],
  ['receipts', ({ receipts }, n) => receipts.put({ machine: 'one', at: NOW + n, receipts: [] })],
]

/** Whoever watches hears of every write, by whichever program. */
export function checkWatch({ runner, withChannel }: ContractPart): void {
  runner.describe('watch', () => {
    runner.it(
      'hints at a write to each store by another process, on a channel that did not exist',
      withChannel(async ({ transport, reopen }) => {
        const stop = new AbortController()
        const heard: string[] = []
        const watching = transport.watch(({ store }) => heard.push(store), { signal: stop.signal, pollMs: 50 })
        // Nothing tells when the watch began: the first write is repeated until it is heard.
        const other = await reopen()
        let n = 0
        await eventually('the first hint', async () => {
          await other.log.append(draft({ payload: { n: n++ } }))
          return heard.length > 0
        })
        for (const [store, write] of WRITES) {
          heard.length = 0
          await write(other, ++n)
          await eventually(`a hint at ${store}`, () => heard.includes(store) || heard.includes('unknown'))
        }
        stop.abort()
        await within('the watch', watching)
      }),
    )

    runner.it(
      'a reader that looks after each hint never misses the newest record',
      withChannel(async ({ transport, reopen }) => {
        const stop = new AbortController()
        const writer = await reopen()
        let seen = 0
        let looking: Promise<void> | undefined
        let again = false
        const look = async () => {
          do {
            again = false
            seen = await transport.log.revision()
          } while (again)
          looking = undefined
        }
        const watching = transport.watch(
          () => {
            if (looking === undefined) looking = look()
            else again = true
          },
          { signal: stop.signal, pollMs: 50 },
        )
        for (const n of [1, 2, 3, 4, 5]) {
          const { revision } = await writer.log.append(draft({ payload: { n } }))
          await eventually(`revision ${revision}`, () => seen === revision)
        }
        stop.abort()
        await within('the watch', watching)
        await looking
      }),
    )

    runner.it(
      'ends at once when the signal was aborted before, and stays silent after',
      withChannel(async ({ transport }) => {
        const stop = new AbortController()
        stop.abort()
        let hints = 0
        await within(
          'the watch',
          transport.watch(() => hints++, { signal: stop.signal }),
        )
        await transport.log.append(draft())
        assert.equal(hints, 0)
      }),
    )
  })
}
