import assert from 'node:assert/strict'
import type { ChangeRecord } from '@rally/core/model/change-record'
import { formatIsoSeconds } from '@rally/core/rules/text/iso-time'
import { strictlyIncreasing } from './assertions.js'
import type { ContractPart } from './contract-part.js'
import { draft, NOW, numbers, readAll, ZERO } from './samples.js'

/** What goes into the log comes out of it, once, in order, numbered. */
export function checkLog({ runner, withChannel }: ContractPart): void {
  runner.describe('log', () => {
    runner.it(
      'a fresh channel is empty',
      withChannel(async ({ transport: { log } }) => {
        assert.equal(await log.revision(), 0)
        assert.deepEqual((await log.read(ZERO)).records, [])
        assert.equal((await log.read(ZERO)).more, false)
        assert.deepEqual(await log.latest(5), [])
        assert.equal((await log.end()).revision, 0)
        assert.equal(await log.rejections(), 0)
        assert.deepEqual(await log.project(count()), { records: 0 })
      }),
    )

    runner.it(
      'gives back what was appended',
      withChannel(async ({ transport: { log } }) => {
        const payload = { subject: 's', nested: { list: [1, null, { deep: true }] }, text: 'ä \u2028 " \\ \u{1f600}\n' }
        const origin = { machine: 'm', epoch: 'e', position: 3, via: 'v', sequence: 9 }
        const { revision, eventId } = await log.append(
          draft({
            kind: 'handoff',
            payload,
            origin,
            producer: { producer_name: 'rally', producer_version: '1' },
            run: { build_loop_id: 'bl-1', build_loop_started_at: '2026-01-01T00:00:00Z', build_loop_run_label: 'l' },
          }),
        )
        const [record, ...more] = (await log.read(ZERO)).records
        assert.ok(record)
        assert.equal(more.length, 0)
        const expected = { kind: 'handoff', tool: 'codex', model: 'gpt', run_id: 'run-1', app_slug: 'app', payload }
        for (const [key, value] of Object.entries(expected)) assert.deepEqual(record[key], value, key)
        assert.equal(record.revision, revision)
        assert.equal(record.event_id, eventId)
        assert.equal(record.subject, 's')
        assert.equal(record.ts, formatIsoSeconds(NOW))
        assert.deepEqual(record.rally_origin, origin)
        assert.equal(record.producer_name, 'rally')
        assert.equal(record.build_loop_id, 'bl-1')
        assert.equal(record.build_loop_run_label, 'l')
      }),
    )

    runner.it(
      'a record of this machine has no origin, and keeps hostile keys as data',
      withChannel(async ({ transport: { log } }) => {
        const payload = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2, "subject": "s"}')
        await log.append(draft({ payload }))
        const [record] = (await log.read(ZERO)).records
        assert.equal(record?.rally_origin, undefined)
        assert.equal(record?.payload.constructor, 2)
        assert.equal(Object.hasOwn({}, 'polluted') || 'polluted' in {}, false)
      }),
    )

    runner.it(
      'numbers records strictly upwards and makes event ids unique',
      withChannel(async ({ transport: { log } }) => {
        const appended = []
        for (const n of numbers(1, 30)) appended.push(await log.append(draft({ payload: { n } })))
        strictlyIncreasing([0, ...appended.map(({ revision }) => revision)], 'revisions')
        assert.equal(new Set(appended.map(({ eventId }) => eventId)).size, 30)
        assert.equal(await log.revision(), appended.at(-1)?.revision)
        const { records } = await log.read(ZERO)
        assert.deepEqual(
          records.map((record) => [record.revision, record.event_id]),
          appended.map(({ revision, eventId }) => [revision, eventId]),
        )
      }),
    )

    runner.it(
      'keeps an event id that the draft brings, also when it is not unique',
      withChannel(async ({ transport: { log } }) => {
        const event_id = 'blf_000000000000000000000001'
        for (const n of [1, 2]) assert.equal((await log.append(draft({ event_id, payload: { n } }))).eventId, event_id)
        assert.deepEqual(
          (await log.read(ZERO)).records.map((record) => [record.event_id, record.payload.n]),
          [
            [event_id, 1],
            [event_id, 2],
          ],
        )
      }),
    )

    runner.it(
      'takes a record of 200,000 characters',
      withChannel(async ({ transport: { log } }) => {
        const message = 'x'.repeat(200_000)
        await log.append(draft({ payload: { message } }))
        await log.append(draft({ payload: { message: 'after' } }))
        assert.deepEqual(
          (await log.read(ZERO)).records.map((record) => String(record.payload.message).length),
          [200_000, 5],
        )
      }),
    )

    runner.it(
      'folds each record once into a projection, also from another process',
      withChannel(async ({ transport, reopen }) => {
        for (const n of numbers(1, 5)) await transport.log.append(draft({ payload: { n } }))
        const folded: unknown[] = []
        const watched = {
          ...count(),
          fold: (state: { records: number }, record: ChangeRecord) => {
            folded.push(record.payload.n)
            return { records: state.records + 1 }
          },
        }
        assert.deepEqual(await transport.log.project(watched), { records: 5 })
        await transport.log.append(draft({ payload: { n: 6 } }))
        assert.deepEqual(await transport.log.project(watched), { records: 6 })
        assert.deepEqual(folded, numbers(1, 6))
        const other = await reopen()
        assert.deepEqual(await other.log.project(count()), { records: 6 })
        assert.deepEqual(await other.log.project({ ...count(), version: 2, initial: () => ({ records: 100 }) }), {
          records: 106,
        })
        assert.deepEqual(await other.log.project({ ...count(), name: 'once', transient: true }), { records: 6 })
      }),
    )

    runner.it(
      'counts refused handoffs apart from records',
      withChannel(async ({ transport, reopen }) => {
        const rejection = {
          kind: 'handoff',
          missing_or_invalid: ['owns'],
          payload_sha256: '0'.repeat(64),
          reason: 'missing_mece_fields' as const,
          session_id: 's1',
          timestamp: '2026-01-01T00:00:00.000000+00:00',
          tool: 'codex',
        }
        await transport.log.reject(rejection)
        await transport.log.reject(rejection)
        assert.equal(await (await reopen()).log.rejections(), 2)
        assert.equal(await transport.log.revision(), 0)
        assert.deepEqual((await transport.log.read(ZERO)).records, [])
      }),
    )

    runner.it(
      'loses and doubles nothing under many writers',
      withChannel(async ({ transport, reopen }) => {
        const writers = [transport, await reopen(), await reopen()]
        const jobs = numbers(0, 11).map(async (writer) => {
          const { log } = writers[writer % writers.length] ?? transport
          const done = []
          for (const n of numbers(1, 10)) done.push(await log.append(draft({ payload: { writer, n } })))
          strictlyIncreasing(
            done.map(({ revision }) => revision),
            `writer ${writer}`,
          )
          return done
        })
        const appended = (await Promise.all(jobs)).flat()
        const { records } = await readAll(transport)
        strictlyIncreasing(
          records.map((record) => record.revision),
          'the log',
        )
        assert.equal(records.length, 120)
        assert.deepEqual(
          new Set(records.map((record) => record.event_id)),
          new Set(appended.map(({ eventId }) => eventId)),
        )
        assert.equal(new Set(appended.map(({ revision }) => revision)).size, 120)
        for (const writer of numbers(0, 11)) {
          const mine = records.filter((record) => record.payload.writer === writer)
          assert.deepEqual(
            mine.map((record) => record.payload.n),
            numbers(1, 10),
            `order of writer ${writer}`,
          )
        }
      }),
    )
  })
}

function count() {
  return {
    name: 'contract-count',
    version: 1,
    initial: () => ({ records: 0 }),
    fold: (state: { records: number }) => ({ records: state.records + 1 }),
  }
}
