import { beforeEach, describe, expect, it } from 'vitest'
import type { HeartbeatStatus } from '../../model/heartbeat-statuses.js'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { reportHeartbeat } from './report-heartbeat.js'

let room: SessionRoom
beforeEach(async () => {
  room = await createSessionRoom()
})

describe('reportHeartbeat', () => {
  it('writes what the reference writes, and the run', async () => {
    const run = { build_loop_id: 'bl-1', build_loop_started_at: null, build_loop_run_label: null }
    room.runs.set('/w/demo-app', run)
    await reportHeartbeat(room.as('s1'), { taskRef: 'T-1', evidence: ['a'], progress: ' p ' })
    expect(await room.transport.heartbeats.latest('claude_code', 's1')).toEqual([
      {
        schema_version: '1.0',
        kind: 'task-heartbeat',
        id: 's1-1795000000000',
        session_id: 's1',
        tool: 'claude_code',
        model: 'inherit',
        run_id: 'unknown',
        app_slug: 'demo-app',
        task_ref: 'T-1',
        status: 'running',
        still_on_task: true,
        progress_since_last: 'p',
        evidence_refs: ['a'],
        attention_reason: '',
        interval_seconds: 600,
        next_check_in_at: 1795000600,
        ts: 1795000000,
        ...run,
      },
    ])
  })

  it('changes neither log nor presence', async () => {
    await reportHeartbeat(room.as('s1'), { taskRef: 'T' })
    expect(await room.transport.log.revision()).toBe(0)
    expect(await room.transport.sessions.list()).toEqual([])
  })

  it('needs a task and a status that exists', async () => {
    await expect(reportHeartbeat(room.as('s1'), { taskRef: ' ' })).rejects.toMatchObject({ code: 'USAGE' })
    const status = 'fine' as HeartbeatStatus
    await expect(reportHeartbeat(room.as('s1'), { taskRef: 'T', status })).rejects.toMatchObject({ code: 'USAGE' })
    expect(await room.transport.heartbeats.latest('claude_code', 's1')).toEqual([])
  })
})
