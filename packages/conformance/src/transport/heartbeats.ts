import assert from 'node:assert/strict'
import type { ContractPart } from './contract-part.js'
import { heartbeat, NOW } from './samples.js'

/** The lines that decide a task's health survive, whatever else an adapter forgets. */
export function checkHeartbeats({ runner, withChannel }: ContractPart): void {
  runner.describe('heartbeats', () => {
    runner.it(
      'nothing written, nothing there',
      withChannel(async ({ transport: { heartbeats } }) => {
        assert.deepEqual(await heartbeats.latest('codex', 's1'), [])
      }),
    )

    runner.it(
      'gives back a line as it was written',
      withChannel(async ({ transport, reopen }) => {
        const line = heartbeat(NOW, { evidence_refs: ['a', 'b'], attention_reason: 'ä\n"', custom: [1] })
        await transport.heartbeats.append(line)
        assert.deepEqual(await (await reopen()).heartbeats.latest('codex', 's1'), [line])
      }),
    )

    runner.it(
      'keeps the newest line by time and by order of writing, overall and per task',
      withChannel(async ({ transport: { heartbeats } }) => {
        const written = [
          heartbeat(NOW + 1, { task_ref: 'T1' }),
          heartbeat(NOW + 50, { task_ref: 'T1', status: 'blocked' }),
          heartbeat(NOW + 40, { task_ref: 'T2' }),
          heartbeat(NOW + 30, { task_ref: 'T1', status: 'waiting' }),
          heartbeat(NOW + 35, { task_ref: 'T2', status: 'reviewing' }),
          heartbeat(NOW + 2, { task_ref: 'T3' }),
        ]
        for (const line of written) await heartbeats.append(line)
        const latest = await heartbeats.latest('codex', 's1')
        const kept = latest.map((line) => line.ts - NOW)
        for (const needed of [50, 40, 30, 35, 2])
          assert.ok(kept.includes(needed), `the line of +${needed} s is missing`)
        const order = written.map((line) => line.ts - NOW)
        assert.deepEqual(
          kept,
          order.filter((ts) => kept.includes(ts)),
          'in order of writing',
        )
      }),
    )

    runner.it(
      'does not mix sessions or tools up',
      withChannel(async ({ transport: { heartbeats } }) => {
        await heartbeats.append(heartbeat(NOW, { session_id: 'a.b' }))
        await heartbeats.append(heartbeat(NOW + 1, { session_id: 'a:b' }))
        await heartbeats.append(heartbeat(NOW + 2, { session_id: 'a.b', tool: 'agent:coder-1a2b' }))
        const times = async (tool: string, session: string) =>
          (await heartbeats.latest(tool, session)).map((line) => line.ts - NOW)
        assert.deepEqual(await times('codex', 'a.b'), [0])
        assert.deepEqual(await times('codex', 'a:b'), [1])
        assert.deepEqual(await times('agent:coder-1a2b', 'a.b'), [2])
        assert.deepEqual(await times('my.app', 'a.b'), [])
      }),
    )

    runner.it(
      'writers at the same time keep each other’s lines',
      withChannel(async ({ transport, reopen }) => {
        const other = await reopen()
        const jobs = Array.from({ length: 12 }, (_, n) =>
          (n % 2 ? transport : other).heartbeats.append(heartbeat(NOW + n, { task_ref: `T${n}` })),
        )
        await Promise.all(jobs)
        const refs = new Set((await transport.heartbeats.latest('codex', 's1')).map((line) => line.task_ref))
        assert.equal(refs.size, 12)
      }),
    )
  })
}
