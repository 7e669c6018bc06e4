import assert from 'node:assert/strict'
import type { ContractPart } from './contract-part.js'
import { numbers } from './samples.js'

/** A seat is taken by comparing and setting; of many that try, one wins. */
export function checkLeases({ runner, withChannel }: ContractPart): void {
  runner.describe('leases', () => {
    runner.it(
      'an empty seat can be taken, changed and emptied by whoever knows its version',
      withChannel(async ({ transport, reopen }) => {
        const { leases } = transport
        assert.equal(await leases.read('lead'), undefined)
        assert.equal(await leases.compareAndSet('lead', '1', { n: 0 }), false, 'a seat that is empty has no version')
        assert.equal(await leases.compareAndSet('lead', null, { n: 1, deep: { list: [1, 'ä'] } }), true)
        const other = (await reopen()).leases
        const taken = await other.read('lead')
        assert.deepEqual(taken?.value, { n: 1, deep: { list: [1, 'ä'] } })
        assert.equal(await other.compareAndSet('lead', null, { n: 2 }), false)
        assert.equal(await other.compareAndSet('lead', `${taken?.version}0`, { n: 2 }), false)
        assert.equal(await other.compareAndSet('lead', taken?.version ?? '', { n: 2 }), true)
        assert.equal(
          await leases.compareAndSet('lead', taken?.version ?? '', { n: 3 }),
          false,
          'the version is used up',
        )
        const changed = await leases.read('lead')
        assert.deepEqual(changed?.value, { n: 2 })
        assert.notEqual(changed?.version, taken?.version)
        assert.equal(await leases.compareAndSet('lead', changed?.version ?? '', null), true)
        assert.equal(await other.read('lead'), undefined)
        assert.equal(await other.compareAndSet('lead', changed?.version ?? '', { n: 4 }), false)
        assert.equal(await other.compareAndSet('lead', null, { n: 5 }), true)
        assert.deepEqual((await leases.read('lead'))?.value, { n: 5 })
      }),
    )

    runner.it(
      'a version does not come back with the same content',
      withChannel(async ({ transport: { leases } }) => {
        const versions: (string | undefined)[] = []
        for (const _ of numbers(1, 4)) {
          assert.equal(await leases.compareAndSet('lead', null, { same: true }), true)
          const version = (await leases.read('lead'))?.version
          versions.push(version)
          assert.equal(await leases.compareAndSet('lead', version ?? '', null), true)
        }
        assert.equal(new Set(versions).size, 4, versions.join(' '))
      }),
    )

    runner.it(
      'says when a lease was written, which a later write does not set back',
      withChannel(async ({ transport: { leases } }) => {
        const times: number[] = []
        for (const n of numbers(1, 3)) {
          const before = (await leases.read('lead'))?.version ?? null
          assert.equal(await leases.compareAndSet('lead', before, { n }), true)
          const { writtenAt } = (await leases.read('lead')) ?? {}
          assert.equal(typeof writtenAt, 'number', 'else one whose end cannot be read would never be over')
          times.push(writtenAt ?? 0)
        }
        assert.deepEqual(
          times.toSorted((a, b) => a - b),
          times,
        )
      }),
    )

    runner.it(
      'of sixteen that reach for a seat one gets it, every time',
      withChannel(async ({ transport, reopen }) => {
        const rooms = [transport, await reopen(), await reopen()]
        for (const round of numbers(1, 5)) {
          const before = (await transport.leases.read('lead'))?.version ?? null
          const answers = await Promise.all(
            numbers(1, 16).map((n) => rooms[n % rooms.length]?.leases.compareAndSet('lead', before, { round, n })),
          )
          assert.equal(answers.filter((answer) => answer === true).length, 1, `round ${round}`)
          const winner = answers.indexOf(true) + 1
          assert.deepEqual((await transport.leases.read('lead'))?.value, { round, n: winner })
        }
      }),
    )

    runner.it(
      'keeps leases with different names apart',
      withChannel(async ({ transport: { leases } }) => {
        for (const name of ['lead', 'current', 'lead-2'])
          assert.equal(await leases.compareAndSet(name, null, { name }), true)
        for (const name of ['lead', 'current', 'lead-2']) assert.deepEqual((await leases.read(name))?.value, { name })
      }),
    )
  })
}
