import assert from 'node:assert/strict'
import { strictlyIncreasing } from './assertions.js'
import type { ContractPart } from './contract-part.js'
import { draft, numbers, readAll, ZERO } from './samples.js'

/** Whoever reads on from a cursor sees every record once. */
export function checkLogCursors({ runner, withChannel }: ContractPart): void {
  runner.describe('log cursors', () => {
    runner.it(
      'pages join without a gap and without a double',
      withChannel(async ({ transport }) => {
        for (const n of numbers(1, 23)) await transport.log.append(draft({ payload: { n } }))
        for (const limit of [1, 5, 22, 23, 24]) {
          const { records, cursor } = await readAll(transport, { limit })
          assert.deepEqual(
            records.map((record) => record.payload.n),
            numbers(1, 23),
            `limit ${limit}`,
          )
          assert.deepEqual((await transport.log.read(cursor)).records, [])
        }
        const page = await transport.log.read(ZERO, 22)
        assert.equal(page.more, true)
        assert.equal((await transport.log.read(page.cursor, 1)).more, false)
      }),
    )

    runner.it(
      'a cursor holds the newest revision behind it and moves forward only',
      withChannel(async ({ transport }) => {
        let cursor = ZERO
        const seen = [cursor]
        for (const n of numbers(1, 5)) {
          const { revision } = await transport.log.append(draft({ payload: { n } }))
          const page = await transport.log.read(cursor)
          assert.deepEqual(
            page.records.map((record) => record.payload.n),
            [n],
          )
          assert.equal(page.cursor.revision, revision)
          cursor = page.cursor
          seen.push(cursor)
        }
        strictlyIncreasing(
          seen.map(({ changes_offset }) => changes_offset),
          'positions',
        )
        // A remembered cursor still reads on from where it was.
        for (const [index, old] of seen.entries()) {
          assert.deepEqual(
            (await readAll(transport, { after: old })).records.map((r) => r.payload.n),
            numbers(index + 1, 5),
          )
        }
      }),
    )

    runner.it(
      'the end is behind the newest record',
      withChannel(async ({ transport, reopen }) => {
        assert.deepEqual((await transport.log.read(await transport.log.end())).records, [])
        await transport.log.append(draft({ payload: { n: 1 } }))
        const end = await transport.log.end()
        assert.equal(end.revision, await transport.log.revision())
        assert.deepEqual((await transport.log.read(end)).records, [])
        await (await reopen()).log.append(draft({ payload: { n: 2 } }))
        assert.deepEqual(
          (await transport.log.read(end)).records.map((record) => record.payload.n),
          [2],
        )
      }),
    )

    runner.it(
      'the newest come oldest first',
      withChannel(async ({ transport }) => {
        for (const n of numbers(1, 9)) await transport.log.append(draft({ payload: { n } }))
        for (const limit of [0, 1, 4, 9, 50]) {
          const newest = (await transport.log.latest(limit)).map((record) => record.payload.n)
          assert.deepEqual(newest, limit === 0 ? [] : numbers(Math.max(1, 10 - limit), 9), `latest(${limit})`)
        }
      }),
    )

    runner.it(
      'a cursor from nowhere repeats nothing at or below its revision',
      withChannel(async ({ transport }) => {
        for (const n of numbers(1, 4)) await transport.log.append(draft({ payload: { n } }))
        const revision = await transport.log.revision()
        const lost = { revision, changes_offset: 1_000_000_000_000 }
        const page = await transport.log.read(lost)
        assert.deepEqual(page.records, [])
        await transport.log.append(draft({ payload: { n: 5 } }))
        assert.deepEqual(
          (await readAll(transport, { after: page.cursor })).records.map((record) => record.payload.n),
          [5],
        )
      }),
    )

    runner.it(
      'a reader that follows a writer sees everything in order',
      withChannel(async ({ transport, reopen }) => {
        const reader = await reopen()
        let writing = true
        const writes = (async () => {
          for (const n of numbers(1, 60)) await transport.log.append(draft({ payload: { n } }))
          writing = false
        })()
        const seen: unknown[] = []
        let cursor = ZERO
        for (let last = false; !last; ) {
          last = !writing
          const page = await readAll(reader, { after: cursor, limit: 7 })
          seen.push(...page.records.map((record) => record.payload.n))
          cursor = page.cursor
        }
        await writes
        assert.deepEqual(seen, numbers(1, 60))
      }),
    )
  })
}
