import assert from 'node:assert/strict'
import { strictlyIncreasing, within } from './assertions.js'
import type { ContractPart } from './contract-part.js'
import { draft, message, numbers, readAll, ZERO } from './samples.js'

/** Trait: another process writes all the while. */
export function checkOtherWriters({ runner, subject, withChannel }: ContractPart): void {
  if (!subject.supports.shared) return
  runner.describe('while another process writes', () => {
    runner.it(
      'our records are all there once, in our order, and so are theirs',
      withChannel(async ({ transport, otherProcess }) => {
        assert.ok(otherProcess)
        const other = await otherProcess()
        const mine = []
        for (const n of numbers(1, 40)) mine.push(await transport.log.append(draft({ payload: { mine: n } })))
        const theirs = await within('the other process', other.stop())
        strictlyIncreasing(
          mine.map(({ revision }) => revision),
          'our revisions',
        )
        const { records } = await readAll(transport, { limit: 13 })
        assert.deepEqual(
          records.map((record) => record.payload.mine).filter((n) => n !== undefined),
          numbers(1, 40),
        )
        assert.equal(records.length, 40 + theirs)
        assert.deepEqual((await transport.log.read(ZERO)).records.length, 40 + theirs)
      }),
    )

    runner.it(
      'cursors, projections, messages and leases hold',
      withChannel(async ({ transport, otherProcess }) => {
        assert.ok(otherProcess)
        const other = await otherProcess()
        const count = {
          name: 'others',
          version: 1,
          initial: () => ({ n: 0 }),
          fold: (s: { n: number }) => ({ n: s.n + 1 }),
        }
        let cursor = ZERO
        let read = 0
        for (const n of numbers(1, 20)) {
          const page = await readAll(transport, { after: cursor })
          cursor = page.cursor
          read += page.records.length
          await transport.log.project(count)
          await transport.inbox.deliver(message('codex', n))
          assert.equal(await transport.leases.compareAndSet(`seat-${n}`, null, { n }), true)
        }
        const theirs = await within('the other process', other.stop())
        read += (await readAll(transport, { after: cursor })).records.length
        assert.equal(read, theirs)
        assert.deepEqual(await transport.log.project(count), { n: theirs })
        assert.equal((await transport.inbox.size('codex')).count, 20)
      }),
    )
  })
}
