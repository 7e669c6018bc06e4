import assert from 'node:assert/strict'
import { eventually } from './assertions.js'
import type { ContractPart } from './contract-part.js'
import { draft, NOW, presence, readAll } from './samples.js'

const PROMISES = ['foreignWriters', 'persistent', 'presenceTtl', 'refusesReplays', 'shared']

/** What an adapter says of itself is complete, constant and true. */
export function checkDeclaration({ runner, subject, withChannel }: ContractPart): void {
  runner.describe('declaration', () => {
    runner.it(
      'names every promise, and the same ones each time',
      withChannel(async ({ transport, reopen }) => {
        assert.deepEqual(Object.keys(transport.supports).sort(), PROMISES)
        assert.deepEqual(transport.supports, subject.supports)
        const other = await reopen()
        assert.deepEqual(other.supports, subject.supports)
        assert.equal(other.kind, transport.kind)
        assert.deepEqual(other.channel, transport.channel)
        assert.match(transport.kind, /^[a-z][a-z0-9-]*$/)
      }),
    )

    runner.it(
      'the harness brings what the declaration needs to be checked',
      withChannel(async (opened) => {
        const { foreignWriters, presenceTtl, shared } = subject.supports
        assert.equal(opened.tear !== undefined, foreignWriters, 'tear() goes with foreignWriters')
        assert.equal(opened.presenceTtlMs !== undefined, presenceTtl, 'presenceTtlMs goes with presenceTtl')
        assert.equal(opened.otherProcess !== undefined, shared, 'otherProcess() goes with shared')
      }),
    )

    if (subject.supports.persistent) {
      runner.it(
        'persistent: what was stored is there after everybody left',
        withChannel(async ({ transport, reopen }) => {
          const { revision, eventId } = await transport.log.append(draft())
          await transport.sessions.put(presence('s1'))
          await transport.close()
          const later = await reopen()
          assert.equal(await later.log.revision(), revision)
          assert.deepEqual(
            (await readAll(later)).records.map((record) => record.event_id),
            [eventId],
          )
          assert.equal((await later.sessions.get('s1'))?.task, 'a task')
        }),
      )
    }

    runner.it(
      subject.supports.presenceTtl
        ? 'presenceTtl: unrenewed presence disappears'
        : 'presence does not disappear by itself',
      withChannel(async ({ transport, presenceTtlMs }) => {
        await transport.sessions.put(presence('s1'))
        if (presenceTtlMs === undefined) {
          assert.ok(await transport.sessions.get('s1'))
          return
        }
        await eventually(
          's1 is gone',
          async () => (await transport.sessions.get('s1')) === undefined,
          presenceTtlMs * 4,
        )
        assert.deepEqual(await transport.sessions.list(), [])
        await transport.sessions.put(presence('s1', { task: 'again' }))
        assert.equal((await transport.sessions.get('s1'))?.task, 'again')
      }),
    )

    runner.it(
      subject.supports.refusesReplays ? 'refusesReplays: a replay stores nothing' : 'stores whatever it is given',
      withChannel(async ({ transport, reopen }) => {
        const origin = { machine: 'other', epoch: 'e1', position: 7 }
        const first = await transport.log.append(draft({ origin }))
        assert.notEqual(first.replayed, true)
        const again = await (await reopen()).log.append(draft({ origin }))
        const older = await transport.log.append(draft({ origin: { ...origin, position: 6 } }))
        const { records } = await readAll(transport)
        if (!subject.supports.refusesReplays) {
          assert.equal(records.length, 3)
          return
        }
        assert.equal(again.replayed, true)
        assert.equal(again.revision, first.revision)
        assert.equal(older.replayed, true)
        assert.equal(records.length, 1)
        // Another epoch or another machine is another series.
        assert.notEqual(
          (await transport.log.append(draft({ origin: { ...origin, epoch: 'e2', position: 1 } }))).replayed,
          true,
        )
        assert.notEqual((await transport.log.append(draft({ origin: { ...origin, machine: 'third' } }))).replayed, true)
        assert.equal((await readAll(transport)).records.length, 3)
      }),
    )

    runner.it(
      'newestFrom and numbering, where they are offered, say what the log says',
      withChannel(async ({ transport, reopen }) => {
        const other = await reopen()
        assert.equal(await other.numbering?.(), await transport.numbering?.())
        await transport.log.append(draft())
        assert.equal(await other.log.newestFrom?.('m1'), undefined)
        for (const position of [1, 2]) {
          for (const machine of ['m1', 'm.2']) {
            await transport.log.append(draft({ origin: { machine, epoch: 'e', position }, ts: NOW + position }))
          }
        }
        if (transport.log.newestFrom !== undefined) {
          assert.equal((await other.log.newestFrom?.('m1'))?.rally_origin?.position, 2)
          assert.equal((await other.log.newestFrom?.('m.2'))?.rally_origin?.machine, 'm.2')
          assert.equal(await other.log.newestFrom?.('m'), undefined)
        }
        assert.equal(await other.numbering?.(), await transport.numbering?.())
      }),
    )
  })
}
