import assert from 'node:assert/strict'
import type { ContractPart } from './contract-part.js'
import { numbers, presence } from './samples.js'

/** A name belongs to one session as long as that lives, and a day longer. */
export function checkNames({ runner, withChannel }: ContractPart): void {
  runner.describe('names', () => {
    runner.it(
      'an absent room has none, and says so without making anything',
      withChannel(async ({ transport: { names } }) => {
        assert.deepEqual(await names.list(), [])
        assert.equal(await names.holder('codex-1'), undefined)
        await names.release('s1')
        assert.deepEqual(await names.list(), [])
      }),
    )

    runner.it(
      'the first free number, and the same name however often it is asked for',
      withChannel(async ({ transport, reopen }) => {
        const other = await reopen()
        assert.equal(await transport.names.assign('s1', 'codex-'), 'codex-1')
        assert.equal(await other.names.assign('s2', 'codex-'), 'codex-2')
        assert.equal(await transport.names.assign('s3', 'claude-'), 'claude-1')
        assert.equal(await other.names.assign('agent:x', 'claude-1.'), 'claude-1.1')
        assert.equal(await transport.names.assign('s2', 'another-'), 'codex-2', 'a session has one name')
        const held = await other.names.list()
        assert.deepEqual(
          held.map(({ name, session_id, ended_at }) => [name, session_id, ended_at]),
          [
            ['claude-1', 's3', null],
            ['claude-1.1', 'agent:x', null],
            ['codex-1', 's1', null],
            ['codex-2', 's2', null],
          ],
        )
        assert.equal((await transport.names.holder('codex-2'))?.session_id, 's2')
        assert.equal(await transport.names.holder('codex-3'), undefined)
      }),
    )

    runner.it(
      'of sixteen that begin at once each gets another one',
      withChannel(async ({ transport, reopen }) => {
        const rooms = [transport, await reopen(), await reopen()]
        const ask = (id: string, n: number) => rooms[n % rooms.length]?.names.assign(id, 'codex-')
        const got = await Promise.all(numbers(1, 16).map((n) => ask(`s${n}`, n)))
        assert.equal(new Set(got).size, 16, got.join(' '))
        const again = await Promise.all(numbers(1, 16).map((n) => ask(`s${n}`, n + 1)))
        assert.deepEqual(again, got, 'nobody is renamed')
      }),
    )

    runner.it(
      'two starts of one session at the same instant are one session',
      withChannel(async ({ transport, reopen }) => {
        const other = await reopen()
        for (const n of numbers(1, 8)) {
          const both = await Promise.all([transport, other].map(({ names }) => names.assign(`twin-${n}`, 'codex-')))
          assert.equal(both[0], both[1])
        }
        assert.equal((await other.names.list()).length, 8)
      }),
    )

    runner.it(
      'is not given to others right after the end, and is there when its session comes back',
      withChannel(async ({ transport, reopen }) => {
        const { names } = transport
        await names.assign('s1', 'codex-')
        await names.release('s1')
        assert.equal(typeof (await names.holder('codex-1'))?.ended_at, 'number')
        assert.equal(await (await reopen()).names.assign('s2', 'codex-'), 'codex-2')
        assert.equal(await names.assign('s1', 'codex-'), 'codex-1')
        assert.equal((await names.holder('codex-1'))?.ended_at, null)
      }),
    )

    runner.it(
      'is never the id of a session in the room',
      withChannel(async ({ transport }) => {
        await transport.sessions.put(presence('codex-1'))
        assert.equal(await transport.names.assign('s1', 'codex-'), 'codex-2')
      }),
    )
  })
}
