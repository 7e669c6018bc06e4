import assert from 'node:assert/strict'
import type { MachineReceipts } from '@rally/core/model/machine-receipts'
import { rejectsWith } from './assertions.js'
import type { ContractPart } from './contract-part.js'
import { HARD_IDS, NOW, UNSAFE_IDS } from './samples.js'

function report(machine: string, at: number): MachineReceipts {
  const never = { rung_at: null, acked_at: null, answered_at: null, gone_at: null }
  const told = { told_at: NOW, told_times: 1 }
  return {
    machine,
    at,
    receipts: [{ message: 'claude_code-1', session_id: 's1', name: 'codex-1', tool: 'codex', ...told, ...never }],
  }
}

/** What machines report: one report each, the newest. */
export function checkReceipts({ runner, withChannel }: ContractPart): void {
  runner.describe('receipts', () => {
    runner.it(
      'an absent room has none, and says so without making anything',
      withChannel(async ({ transport: { receipts } }) => {
        assert.deepEqual(await receipts.list(), [])
        assert.equal(await receipts.remove('one'), false)
      }),
    )

    runner.it(
      'the newest of each machine, by machine, until it is taken away',
      withChannel(async ({ transport, reopen }) => {
        const other = await reopen()
        await transport.receipts.put(report('two', 1))
        await other.receipts.put(report('one', 2))
        await other.receipts.put(report('two', 3))
        for (const { receipts } of [transport, other, await reopen()])
          assert.deepEqual(await receipts.list(), [report('one', 2), report('two', 3)])
        assert.equal(await transport.receipts.remove('two'), true)
        assert.equal(await other.receipts.remove('two'), false)
        assert.deepEqual(await other.receipts.list(), [report('one', 2)])
        await transport.receipts.put(report('two', 4))
        assert.deepEqual((await other.receipts.list()).at(-1), report('two', 4))
      }),
    )

    runner.it(
      'machines whose names are hard stay apart; what is no id is refused',
      withChannel(async ({ transport: { receipts } }) => {
        for (const id of HARD_IDS) await receipts.put(report(id, 1))
        assert.deepEqual((await receipts.list()).map(({ machine }) => machine).sort(), [...HARD_IDS].sort())
        for (const id of UNSAFE_IDS) await rejectsWith('UNSAFE_ID', receipts.put(report(id, 1)), JSON.stringify(id))
      }),
    )
  })
}
