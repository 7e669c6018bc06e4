import assert from 'node:assert/strict'
import { rejectsWith } from './assertions.js'
import type { ContractPart } from './contract-part.js'
import { HARD_IDS, NOW, presence, UNSAFE_IDS } from './samples.js'

/** Who is in the room. */
export function checkSessions({ runner, withChannel }: ContractPart): void {
  runner.describe('sessions', () => {
    runner.it(
      'an empty room has nobody in it',
      withChannel(async ({ transport: { sessions } }) => {
        assert.deepEqual(await sessions.list(), [])
        assert.equal(await sessions.get('nobody'), undefined)
        assert.equal(await sessions.remove('nobody'), null)
      }),
    )

    runner.it(
      'put, get, list and remove agree, sorted by id',
      withChannel(async ({ transport, reopen }) => {
        for (const id of ['s2', 's10', 's1']) await transport.sessions.put(presence(id, { task: `task of ${id}` }))
        const other = await reopen()
        assert.deepEqual(
          (await other.sessions.list()).map((one) => one.session_id),
          ['s1', 's10', 's2'],
        )
        assert.equal((await other.sessions.get('s10'))?.task, 'task of s10')
        const where = await other.sessions.remove('s10')
        assert.ok(typeof where === 'string' && where !== '')
        assert.equal(await transport.sessions.remove('s10'), null)
        assert.equal(await transport.sessions.get('s10'), undefined)
        assert.deepEqual(
          (await transport.sessions.list()).map((one) => one.session_id),
          ['s1', 's2'],
        )
      }),
    )

    runner.it(
      'takes every legal id and keeps them apart',
      withChannel(async ({ transport, reopen }) => {
        const ids = [...HARD_IDS, 'a.b', 'a:b', 'a_b', 'a-b', 'A.B']
        for (const id of ids) await transport.sessions.put(presence(id, { task: id }))
        const { sessions } = await reopen()
        for (const id of ids) assert.equal((await sessions.get(id))?.task, id)
        assert.deepEqual(
          (await sessions.list()).map((one) => one.session_id),
          [...ids].sort(),
        )
        for (const id of ids) assert.notEqual(await sessions.remove(id), null)
        assert.deepEqual(await sessions.list(), [])
      }),
    )

    runner.it(
      'refuses unsafe ids before anything is touched',
      withChannel(async ({ transport: { sessions } }) => {
        await sessions.put(presence('s1'))
        for (const id of UNSAFE_IDS) {
          const what = JSON.stringify(id.slice(0, 20))
          await rejectsWith('UNSAFE_ID', sessions.put(presence(id)), `put ${what}`)
          await rejectsWith('UNSAFE_ID', sessions.remove(id), `remove ${what}`)
          await rejectsWith(
            'UNSAFE_ID',
            sessions.setCursor(id, { revision: 1, changes_offset: 1 }),
            `setCursor ${what}`,
          )
        }
        assert.deepEqual(
          (await sessions.list()).map((one) => one.session_id),
          ['s1'],
        )
      }),
    )

    runner.it(
      'keeps the keys and the cursor that a writer does not own',
      withChannel(async ({ transport: { sessions } }) => {
        await sessions.put(presence('s1', { custom: { kept: true }, files_in_flight: ['a.ts'] }))
        await sessions.setCursor('s1', { revision: 4, changes_offset: 400 })
        await sessions.put(presence('s1', { phase: 'test', last_seen: NOW + 9 }))
        const now = await sessions.get('s1')
        assert.deepEqual(now?.custom, { kept: true })
        assert.deepEqual(now?.cursor, { revision: 4, changes_offset: 400 })
        assert.equal(now?.phase, 'test')
        assert.equal(now?.last_seen, NOW + 9)
        assert.deepEqual(now?.files_in_flight, [])
        await sessions.setCursor('s1', { revision: 5, changes_offset: 500 })
        const later = await sessions.get('s1')
        assert.deepEqual(later?.cursor, { revision: 5, changes_offset: 500 })
        assert.equal(later?.phase, 'test')
      }),
    )

    runner.it(
      'amends single keys of a record that is there, and makes none',
      withChannel(async ({ transport: { sessions }, reopen }) => {
        assert.equal(await sessions.amend('s1', { owns: ['a'] }), false)
        assert.equal(await sessions.get('s1'), undefined)
        await sessions.put(presence('s1', { task: 'prices' }))
        await sessions.setCursor('s1', { revision: 4, changes_offset: 400 })
        const other = (await reopen()).sessions
        const both = await Promise.all([sessions.amend('s1', { owns: ['a'] }), other.amend('s1', { phase: 'test' })])
        assert.deepEqual(both, [true, true])
        const now = await sessions.get('s1')
        assert.deepEqual([now?.owns, now?.phase, now?.task], [['a'], 'test', 'prices'])
        assert.deepEqual(now?.cursor, { revision: 4, changes_offset: 400 })
      }),
    )

    runner.it(
      'a cursor of somebody without a record makes a reader stub',
      withChannel(async ({ transport: { sessions } }) => {
        await sessions.setCursor('reader-1', { revision: 2, changes_offset: 20 })
        const stub = await sessions.get('reader-1')
        assert.equal(stub?.tool, 'reader')
        assert.equal(stub?.phase, 'reader')
        assert.equal(stub?.heartbeat_ts, 0)
        assert.deepEqual(stub?.cursor, { revision: 2, changes_offset: 20 })
      }),
    )

    runner.it(
      'writers of different sessions do not disturb each other',
      withChannel(async ({ transport, reopen }) => {
        const other = await reopen()
        const ids = Array.from({ length: 16 }, (_, n) => `s${String(n).padStart(2, '0')}`)
        await Promise.all(
          ids.map(async (id, n) => {
            const { sessions } = n % 2 ? transport : other
            for (const round of [1, 2, 3]) await sessions.put(presence(id, { task: `round ${round}` }))
          }),
        )
        const all = await transport.sessions.list()
        assert.deepEqual(
          all.map((one) => one.session_id),
          ids,
        )
        assert.ok(all.every((one) => one.task === 'round 3'))
      }),
    )
  })
}
