import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { HeartbeatStatus } from './heartbeat-statuses.js'
import { makeHeartbeat } from './make-heartbeat.js'

interface Vector {
  kwargs: {
    session_id: string
    tool: string
    task_ref: string
    ts: number
    status?: HeartbeatStatus
    still_on_task?: boolean
    progress_since_last?: string
    evidence_refs?: string[]
    attention_reason?: string
    interval_seconds?: number
  }
  returns: object
}
const vectors: Vector[] = JSON.parse(
  readFileSync(new URL('../../../../test/golden/vectors/heartbeat_record.json', import.meta.url), 'utf8'),
).vectors

it.each(vectors)('agrees with the reference: $kwargs', ({ kwargs, returns }) => {
  const made = makeHeartbeat({
    sessionId: kwargs.session_id,
    tool: kwargs.tool,
    taskRef: kwargs.task_ref,
    ts: kwargs.ts,
    ...(kwargs.status ? { status: kwargs.status } : {}),
    ...(kwargs.still_on_task === undefined ? {} : { stillOnTask: kwargs.still_on_task }),
    ...(kwargs.progress_since_last === undefined ? {} : { progress: kwargs.progress_since_last }),
    ...(kwargs.evidence_refs ? { evidence: kwargs.evidence_refs } : {}),
    ...(kwargs.attention_reason === undefined ? {} : { attentionReason: kwargs.attention_reason }),
    ...(kwargs.interval_seconds === undefined ? {} : { intervalSeconds: kwargs.interval_seconds }),
  })
  expect(made).toEqual(returns)
  expect(Object.keys(made)).toEqual(Object.keys(returns))
})

it.each([
  [0, 600],
  [-5, 1],
  [30, 30],
])('interval %d becomes %d', (asked, stored) => {
  const made = makeHeartbeat({ sessionId: 's', tool: 't', taskRef: 'T', ts: 100, intervalSeconds: asked })
  expect([made.interval_seconds, made.next_check_in_at]).toEqual([stored, 100 + stored])
})
