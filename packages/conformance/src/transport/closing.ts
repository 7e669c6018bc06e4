import assert from 'node:assert/strict'
import { isRallyError } from '@rally/core/errors'
import type { Transport } from '@rally/core/ports/transport'
import { rejectsWith, within } from './assertions.js'
import type { ContractPart } from './contract-part.js'
import { ack, draft, heartbeat, message, NOW, numbers, presence, readAll, ZERO } from './samples.js'

const CALLS: readonly [name: string, call: (transport: Transport) => Promise<unknown>][] = [
  ['log.append', ({ log }) => log.append(draft())],
  ['log.read', ({ log }) => log.read(ZERO)],
  ['log.latest', ({ log }) => log.latest(1)],
  ['log.revision', ({ log }) => log.revision()],
  ['log.end', ({ log }) => log.end()],
  ['log.project', ({ log }) => log.project({ name: 'p', version: 1, initial: () => 0, fold: (state) => state })],
  ['log.rejections', ({ log }) => log.rejections()],
  ['sessions.put', ({ sessions }) => sessions.put(presence('s1'))],
  ['sessions.amend', ({ sessions }) => sessions.amend('s1', { task: 'x' })],
  ['sessions.get', ({ sessions }) => sessions.get('s1')],
  ['sessions.list', ({ sessions }) => sessions.list()],
  ['sessions.remove', ({ sessions }) => sessions.remove('s1')],
  ['sessions.setCursor', ({ sessions }) => sessions.setCursor('s1', ZERO)],
  ['heartbeats.append', ({ heartbeats }) => heartbeats.append(heartbeat(NOW))],
  ['heartbeats.latest', ({ heartbeats }) => heartbeats.latest('codex', 's1')],
  ['inbox.deliver', ({ inbox }) => inbox.deliver(message('codex', 1))],
  ['inbox.boxes', ({ inbox }) => inbox.boxes()],
  ['inbox.read', ({ inbox }) => inbox.read('codex', 0)],
  ['inbox.size', ({ inbox }) => inbox.size('codex')],
  ['inbox.addressed', ({ inbox }) => inbox.addressed('codex', 0)],
  ['inbox.cursor', ({ inbox }) => inbox.cursor('codex', 's1')],
  ['inbox.setCursor', ({ inbox }) => inbox.setCursor('codex', 's1', ack('codex', 's1', 1))],
  ['leases.read', ({ leases }) => leases.read('lead')],
  ['leases.compareAndSet', ({ leases }) => leases.compareAndSet('lead', null, {})],
  ['names.assign', ({ names }) => names.assign('s1', 'codex-')],
  ['names.holder', ({ names }) => names.holder('codex-1')],
  ['names.list', ({ names }) => names.list()],
  ['names.release', ({ names }) => names.release('s1')],
  ['receipts.put', ({ receipts }) => receipts.put({ machine: 'one', at: NOW, receipts: [] })],
  ['receipts.list', ({ receipts }) => receipts.list()],
  ['receipts.remove', ({ receipts }) => receipts.remove('one')],
  ['watch', (transport) => transport.watch(() => undefined, { signal: new AbortController().signal })],
]

/** Trait: a store that is closed, also in the middle of an operation. */
export function checkClosing({ runner, withChannel }: ContractPart): void {
  runner.describe('closing', () => {
    runner.it(
      'afterwards every call fails, and closing again does not',
      withChannel(async ({ transport, reopen }) => {
        const other = await reopen()
        await transport.close()
        await transport.close()
        for (const [name, call] of CALLS) {
          await rejectsWith(
            'CHANNEL_UNUSABLE',
            within(
              name,
              Promise.resolve().then(() => call(transport)),
            ),
            name,
          )
        }
        await other.log.append(draft())
        assert.equal((await readAll(other)).records.length, 1, 'the other transport still works')
      }),
    )

    runner.it(
      'ends a watch',
      withChannel(async ({ transport }) => {
        const watching = transport.watch(() => undefined, { signal: new AbortController().signal })
        await transport.close()
        await within(
          'the watch',
          watching.catch((error: unknown) => assert.ok(isRallyError(error), String(error))),
        )
      }),
    )

    runner.it(
      'in the middle of writes: what was confirmed is stored, the rest says that it was not',
      withChannel(async ({ transport, reopen }) => {
        const other = await reopen()
        const writes = numbers(1, 30).map(async (n) => {
          try {
            return { n, stored: (await transport.log.append(draft({ payload: { n } }))).eventId }
          } catch (error) {
            assert.ok(isRallyError(error), String(error))
            return { n, stored: undefined }
          }
        })
        const reads = numbers(1, 5).map(() =>
          readAll(transport).catch((error: unknown) => assert.ok(isRallyError(error))),
        )
        await within('close', transport.close())
        const outcomes = await within('the writes', Promise.all(writes))
        await within('the reads', Promise.all(reads))
        const there = new Set((await readAll(other)).records.map((record) => record.event_id))
        for (const { n, stored } of outcomes) {
          if (stored !== undefined) assert.ok(there.has(stored), `record ${n} was confirmed but is not there`)
        }
        await other.log.append(draft())
      }),
    )
  })
}
