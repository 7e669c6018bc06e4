import assert from 'node:assert/strict'
import { strictlyIncreasing } from './assertions.js'
import type { ContractPart } from './contract-part.js'
import { draft, message, numbers, readAll } from './samples.js'

/** Trait: a writer died in the middle of a record. */
export function checkTornRecords({ runner, subject, withChannel }: ContractPart): void {
  if (!subject.supports.foreignWriters) return
  runner.describe('after a torn record', () => {
    runner.it(
      'the records before and after it are whole',
      withChannel(async ({ transport, reopen, tear }) => {
        assert.ok(tear)
        const appended = []
        for (const n of numbers(1, 3)) appended.push(await transport.log.append(draft({ payload: { n } })))
        await tear()
        const other = await reopen()
        assert.deepEqual(
          (await readAll(other)).records.map((record) => record.payload.n),
          [1, 2, 3],
        )
        const { cursor } = await readAll(transport)
        for (const n of numbers(4, 6)) appended.push(await other.log.append(draft({ payload: { n } })))
        strictlyIncreasing(
          appended.map(({ revision }) => revision),
          'revisions',
        )
        assert.deepEqual(
          (await readAll(transport)).records.map((record) => record.payload.n),
          numbers(1, 6),
        )
        assert.deepEqual(
          (await readAll(transport, { after: cursor })).records.map((record) => record.payload.n),
          [4, 5, 6],
        )
        assert.deepEqual(
          (await transport.log.latest(4)).map((record) => record.payload.n),
          [3, 4, 5, 6],
        )
      }),
    )

    runner.it(
      'a torn message counts, shows nothing and swallows no neighbour',
      withChannel(async ({ transport: { inbox }, tear }) => {
        assert.ok(tear)
        await inbox.deliver(message('codex', 1))
        await tear()
        await inbox.deliver(message('codex', 2))
        const entries = await inbox.read('codex', 0)
        assert.deepEqual(
          entries.map((entry) => entry.message?.payload.n ?? null),
          [1, null, 2],
        )
        assert.deepEqual(
          entries.map(({ ordinal }) => ordinal),
          [1, 2, 3],
        )
        assert.equal((await inbox.size('codex')).count, 3)
      }),
    )
  })
}
