import { beforeEach, describe, expect, it } from 'vitest'
import { createSessionRoom, type SessionRoom } from '../../testing/session-room.js'
import { announcePresence } from './announce-presence.js'

let room: SessionRoom
beforeEach(async () => {
  room = await createSessionRoom()
})

const RUN = { build_loop_id: 'bl-1', build_loop_started_at: '2026-01-01T00:00:00Z', build_loop_run_label: 'codex#1 t' }

describe('announcePresence', () => {
  it('writes every key of the reference in its order', async () => {
    room.branches.set('/w/demo-app', { name: 'main', headSha: 'a'.repeat(40), mergeStatus: 'merged' })
    const ctx = room.as('s1')
    await announcePresence(ctx)
    const stored = await room.transport.sessions.get('s1')
    expect(stored).toEqual({
      session_id: 's1',
      tool: 'claude_code',
      model: 'inherit',
      run_id: 'unknown',
      app_slug: 'demo-app',
      phase: 'rally-point',
      task: 'rally-point',
      parent: null,
      spawned: {},
      files_in_flight: [],
      heartbeat_ts: 1795000000,
      last_seen: 1795000000,
      planned_heartbeat_secs: null,
      pid: 4242,
      host: 'h1',
      cursor: { revision: 0, changes_offset: 0 },
      branch_name: 'main',
      branch_head_sha: 'a'.repeat(40),
      branch_merge_status: 'merged',
      branch_merge_status_checked_ts: 1795000000,
      cwd: '/w/demo-app',
      name: 'claude-code-1',
    })
    expect(Object.keys(stored ?? {}).slice(-7)).toEqual([
      'cursor',
      'branch_name',
      'branch_head_sha',
      'branch_merge_status',
      'branch_merge_status_checked_ts',
      'cwd',
      'name',
    ])
  })

  it('takes branch and run from the folder of the session', async () => {
    room.branches.set('/w/other', { name: 'side', headSha: 'b'.repeat(40), mergeStatus: 'unmerged' })
    room.runs.set('/w/other', RUN)
    const ctx = room.as('s1', { cwd: '/w/other', parent: 'lead' })
    await announcePresence(ctx, { phase: 'execute', task: 'parser', filesInFlight: ['a.ts'], spawned: { coder: 2 } })
    expect(await room.transport.sessions.get('s1')).toMatchObject({
      ...RUN,
      phase: 'execute',
      task: 'parser',
      parent: 'lead',
      spawned: { coder: 2 },
      files_in_flight: ['a.ts'],
      branch_name: 'side',
      cwd: '/w/other',
    })
  })

  it('refreshes: what is given is new, everything else stays, foreign keys too', async () => {
    const ctx = room.as('s1')
    await announcePresence(ctx, { phase: 'plan', filesInFlight: ['a'] })
    await room.transport.sessions.setCursor('s1', { revision: 7, changes_offset: 700 })
    const planted = await room.transport.sessions.get('s1')
    room.transport.plant.presence('s1', { ...planted, host_pid: 99 })
    room.clock.set(1795000100)
    await announcePresence(ctx, { phase: 'review', plannedHeartbeatSecs: 60 })
    expect(await room.transport.sessions.get('s1')).toMatchObject({
      phase: 'review',
      task: 'review',
      files_in_flight: ['a'],
      heartbeat_ts: 1795000100,
      last_seen: 1795000100,
      planned_heartbeat_secs: 60,
      cursor: { revision: 7, changes_offset: 700 },
      host_pid: 99,
    })
  })

  it('changes nothing that is not given and that nobody named', async () => {
    const full = room.as('s1', { parent: 'lead', pid: 7, model: 'm', runId: 'r', cwd: '/w/demo-app/sub' })
    const more = { filesInFlight: ['a'], spawned: { coder: 2 }, plannedHeartbeatSecs: 60 }
    const before = await announcePresence(full, { phase: 'plan', task: 'think', ...more })
    const planted = { ...before, files_in_flight: ['a', 'b'], in_flight: { b: { since: 1, last: 2 } } }
    room.transport.plant.presence('s1', planted)
    const assumed = ['tool', 'model', 'runId', 'pid', 'host', 'cwd'] as const
    const bare = room.as('s1', { tool: 'unknown', pid: 9, model: 'inherit', runId: 'unknown', host: 'h2', assumed })
    expect(await announcePresence(bare, { task: 'split watch' })).toEqual({
      ...{ ...before, files_in_flight: ['a', 'b'], task: 'split watch' },
    })
    expect(await announcePresence(bare)).toMatchObject({ task: 'split watch', phase: 'plan', tool: 'claude_code' })
    expect(await announcePresence(bare, { filesInFlight: ['c'] })).toMatchObject({ files_in_flight: ['c', 'b'] })
    expect(await announcePresence(bare, { filesInFlight: [], spawned: {} })).toMatchObject({
      ...{ files_in_flight: ['b'], spawned: {}, pid: 7, host: 'h1', cwd: '/w/demo-app/sub' },
    })
    expect((await room.transport.sessions.get('s1'))?.in_flight).toEqual({ b: { since: 1, last: 2 } })
  })

  it('follows a session that is called from another working tree', async () => {
    await announcePresence(room.as('s1', { cwd: '/w/elsewhere' }))
    const moved = room.as('s1', { cwd: '/w/demo-app', assumed: ['cwd'] })
    expect(await announcePresence(moved)).toMatchObject({ cwd: '/w/demo-app' })
  })

  it('names sessions after the word of their host, children after their parent, a person by the login name', async () => {
    const hostWords = async () => [{ id: 'claude_code', title: 'Claude Code', shortName: 'claude' }]
    const nameOf = async (id: string, over: object = {}) =>
      (await announcePresence({ ...room.as(id, over), hostWords })).name
    expect(await nameOf('s1')).toBe('claude-1')
    expect(await nameOf('s2')).toBe('claude-2')
    expect(await nameOf('s1', { tool: 'codex' })).toBe('claude-1')
    expect(await nameOf('kid', { parent: 's2' })).toBe('claude-2.1')
    expect(await nameOf('odd', { tool: '///' })).toBe('agent-1')
    expect(await nameOf('human.ann', { tool: 'human', user: 'Ann' })).toBe('Ann')
    expect((await room.transport.names.list()).map(({ name }) => name)).not.toContain('Ann')
  })

  it('does not keep naming a run that is over', async () => {
    room.runs.set('/w/demo-app', RUN)
    const ctx = room.as('s1')
    await announcePresence(ctx)
    room.runs.clear()
    await announcePresence(ctx)
    expect(await room.transport.sessions.get('s1')).toMatchObject({ build_loop_id: null, build_loop_run_label: null })
  })

  it.each(['../x', '*', 'a/b', '', 'a\u0000', 'a\n', 'x'.repeat(5000), '.hidden'])('refuses the id %j', async (id) => {
    await expect(announcePresence(room.as(id))).rejects.toMatchObject({ code: 'UNSAFE_ID', exit: 5 })
    expect(await room.transport.sessions.list()).toEqual([])
  })

  it('accepts the ids of subagents', async () => {
    await announcePresence(room.as('agent:coder-1a2b'))
    expect(await room.transport.sessions.get('agent:coder-1a2b')).toBeDefined()
  })

  it('does not say that a presence was written when it was not', async () => {
    const ctx = room.as('s1')
    await room.transport.close()
    await expect(announcePresence(ctx)).rejects.toMatchObject({ code: 'CHANNEL_UNUSABLE' })
  })

  it('keeps the position, says what is unknown and takes odd promises for none', async () => {
    const cursor = { revision: 7, changes_offset: 9 }
    await room.transport.sessions.setCursor('s1', cursor)
    const bare = room.as('s1', { tool: '', model: '', runId: '' })
    const unknown = { tool: 'unknown', model: 'unknown', run_id: 'unknown' }
    expect(await announcePresence(bare)).toMatchObject({ ...unknown, cursor })
    expect(await announcePresence(room.as('s1', { runId: 'r9' }))).toMatchObject({ run_id: 'r9' })
    const planned = async (plannedHeartbeatSecs: number) =>
      (await announcePresence(bare, { plannedHeartbeatSecs })).planned_heartbeat_secs
    expect(await Promise.all([60, 0, -5, 1.5, Number.NaN].map(planned))).toEqual([60, null, null, null, null])
  })

  it('ends a run that the record names, however little of it is there', async () => {
    await room.transport.sessions.put({ ...(await announcePresence(room.as('s1'))), build_loop_run_label: 'x' })
    expect(await announcePresence(room.as('s1'))).toMatchObject({ build_loop_id: null, build_loop_run_label: null })
    expect(await announcePresence(room.as('s2'))).not.toHaveProperty('build_loop_id')
  })

  it('names which id is refused', async () => {
    await expect(announcePresence(room.as('../x'))).rejects.toMatchObject({ details: { what: 'session id' } })
    await expect(announcePresence(room.as('s1', { parent: '../x' }))).rejects.toMatchObject({
      details: { what: 'parent session id' },
    })
  })
})
