import { describe, expect, it } from 'vitest'
import { createTestRoom, TEST_NOW, testPresence, testRecord, testSession } from '../../testing/test-room.js'
import { escalate } from '../standby/escalate.js'
import { readStatus } from './read-status.js'

const iso = (age: number) => new Date((TEST_NOW - age) * 1000).toISOString()
const message = (id: string, ts: number, over = {}) => ({
  schema_version: '1.0',
  id,
  kind: 'message',
  from: 'codex',
  to: 'claude_code',
  requires_ack: false,
  ts,
  payload: { subject: `about ${id}` },
  ...over,
})

async function asked() {
  const room = await createTestRoom()
  return { room, ctx: { ...room, session: testSession() } }
}

it('an empty room is clear, and asking leaves nothing behind', async () => {
  const { room, ctx } = await asked()
  expect(await readStatus(ctx)).toMatchObject({
    schema_version: '1.0',
    status: 'clear',
    required_action: 'none',
    workdir: '/repo/demo-app',
    app_slug: 'demo-app',
    channel_dir: '/apps/demo-app',
    session_id: 's1',
    revision: 0,
    active_peers: [],
    hosts: [],
    inbox_unread_counts: { direct: 0, broadcast: 0, total: 0 },
    task_heartbeat: { expected_ref: null, health: 'none', missed_count: 0, latest: null },
    latest_escalation: null,
    coordination_file: null,
    new_changes: [],
  })
  expect(await room.transport.sessions.list()).toEqual([])
})

describe('peers', () => {
  it('are the others who are alive: no reading positions, nobody long silent', async () => {
    const { room, ctx } = await asked()
    const { plant } = room.transport
    plant.presence('s1', testPresence({ session_id: 's1' }))
    plant.presence('s2', testPresence({ files_in_flight: ['a', 'b'] }))
    plant.presence('rd', testPresence({ session_id: 'rd', tool: 'reader' }))
    plant.presence(
      'old',
      testPresence({ session_id: 'old', heartbeat_ts: TEST_NOW - 1861, last_seen: TEST_NOW - 1861 }),
    )
    const slow = {
      session_id: 'slow',
      planned_heartbeat_secs: 3600,
      last_seen: TEST_NOW - 9000,
      heartbeat_ts: TEST_NOW - 9000,
    }
    plant.presence('slow', testPresence(slow))
    const { active_peers, status } = await readStatus(ctx)
    expect(active_peers).toEqual([
      { session_id: 's2', name: 's2', tool: 'codex', phase: 'execute', files_in_flight_count: 2 },
      { session_id: 'slow', name: 'slow', tool: 'codex', phase: 'execute', files_in_flight_count: 0 },
    ])
    expect(status).toBe('clear')
  })

  it('with our files in flight are told, and warn', async () => {
    const { room, ctx } = await asked()
    room.transport.plant.presence('s2', testPresence({ files_in_flight: ['src/a.py', 'z'] }))
    const report = await readStatus(ctx, { ownedFiles: ['src/a.py'] })
    expect(report.overlaps).toEqual([
      {
        files: ['src/a.py'],
        peer: 's2',
        name: 's2',
        phase: 'execute',
        reason: 'active_conflict',
        severity: 'warning',
        tool: 'codex',
      },
    ])
    expect(report.status).toBe('warn')
  })

  it('are called by their names, and persons are none of them', async () => {
    const { room, ctx } = await asked()
    const { plant } = room.transport
    plant.presence('s2', testPresence({ name: 'codex-1', files_in_flight: ['a'] }))
    plant.presence('far', testPresence({ session_id: 'far', name: 'codex-1', machine: 'laptop.local' }))
    plant.presence('human.ann', testPresence({ session_id: 'human.ann', tool: 'human', name: 'ann' }))
    const report = await readStatus(ctx, { ownedFiles: ['a'] })
    expect(report.active_peers.map(({ name }) => name)).toEqual(['codex-1@laptop', 'codex-1'])
    expect(report.overlaps).toMatchObject([{ peer: 's2', name: 'codex-1' }])
    expect(report.hosts.flatMap(({ sessions }) => sessions.map(({ name }) => name)).sort()).toEqual([
      'codex-1',
      'codex-1@laptop',
    ])
  })

  it('that claim a file which we are editing warn', async () => {
    const { room, ctx } = await asked()
    room.transport.plant.presence('s2', { ...testPresence(), owns: ['src/a.py'] })
    const report = await readStatus(ctx, { filesInFlight: ['src/a.py', 'b'] })
    expect([report.status, report.peer_overlap_files]).toEqual(['warn', ['src/a.py']])
    room.transport.plant.presence('s2', { ...testPresence(), owns: ['b', 'c', 'a'] })
    expect((await readStatus(ctx, { filesInFlight: ['b', 'a', 'b'] })).peer_overlap_files).toEqual(['a', 'b'])
  })

  it('are grouped under their hosts, children under their parents, whatever the tool of the child is called', async () => {
    const { room, ctx } = await asked()
    const { plant } = room.transport
    plant.presence('s1', testPresence({ session_id: 's1', tool: 'claude_code' }))
    plant.presence('agent:coder-1', testPresence({ session_id: 'agent:coder-1', tool: 'agent:coder', parent: 's1' }))
    plant.presence(
      'agent:tester-1',
      testPresence({ session_id: 'agent:tester-1', tool: 'agent:tester', parent: 'agent:coder-1' }),
    )
    plant.presence('cx', testPresence({ session_id: 'cx', host: 'h2', parent: 's1' }))
    const { hosts } = await readStatus(ctx, { hooks: { codex: 'stale', gemini: 'absent' } })
    expect(hosts.map(({ id, session_count, machines, hooks }) => [id, session_count, machines, hooks])).toEqual([
      ['claude_code', 3, ['h1'], 'unknown'],
      ['codex', 1, ['h2'], 'stale'],
      ['gemini', 0, [], 'absent'],
    ])
    expect(hosts[0]?.sessions).toMatchObject([
      {
        session_id: 's1',
        self: true,
        children: [{ session_id: 'agent:coder-1', children: [{ tool: 'agent:tester' }] }],
      },
    ])
  })
})

describe('the inbox', () => {
  it('counts unread messages and shows the newest three', async () => {
    const { room, ctx } = await asked()
    for (const id of ['m1', 'm2', 'm3']) await room.transport.inbox.deliver(message(id, TEST_NOW - 60 + Number(id[1])))
    room.transport.plant.message('claude_code', null)
    await room.transport.inbox.deliver(message('b1', TEST_NOW - 57.5, { to: 'all' }))
    room.transport.plant.ack('claude_code', 's1', { direct: { line_count: 1 } })
    const report = await readStatus(ctx)
    expect(report.inbox_unread_counts).toEqual({ direct: 3, broadcast: 1, total: 4 })
    expect(report).toMatchObject({
      ...{ direct_inbox_unread_count: 3, broadcast_inbox_unread_count: 1, inbox_unread_count: 4 },
    })
    expect(report.inbox_latest_messages.map(({ id, source }) => [id, source])).toEqual([
      ['m2', 'direct'],
      ['b1', 'broadcast'],
      ['m3', 'direct'],
    ])
  })

  it('of somebody without a session is not counted', async () => {
    const room = await createTestRoom()
    await room.transport.inbox.deliver(message('m1', 1))
    expect(await readStatus(room)).toMatchObject({ session_id: null, inbox_unread_count: 0 })
  })
})

describe('escalations', () => {
  it('block until they are acknowledged, however long the log is', async () => {
    const { room, ctx } = await asked()
    const { revision } = await escalate(ctx, { reason: 'disk full' })
    for (let index = 0; index < 300; index++) room.transport.plant.record(testRecord({ revision: 2 + index }))
    const blocked = await readStatus(ctx)
    expect(blocked).toMatchObject({
      status: 'blocked',
      required_action: 'resolve_open_escalations',
      escalation_count: 1,
    })
    expect(blocked.latest_escalation).toMatchObject({ revision, payload: { reason: 'disk full' } })
    await escalate(ctx, { reason: 'done', acknowledges: String(revision) })
    expect((await readStatus(ctx)).status).toBe('clear')
  })
})

describe('changes', () => {
  it('are the newest, sanitised, with the id that a retraction needs', async () => {
    const { room, ctx } = await asked()
    for (let index = 1; index <= 150; index++) {
      const payload = { verdict: 'PASS', secret: 'x', step: index }
      room.transport.plant.record(testRecord({ revision: index, ts: iso(1000 - index), payload }))
    }
    const { new_changes } = await readStatus(ctx)
    expect(new_changes).toHaveLength(20)
    expect(new_changes.at(-1)).toEqual({
      ts: iso(850),
      kind: 'feedback',
      tool: 'codex',
      model: 'm',
      run_id: 'r',
      app_slug: 'demo-app',
      revision: 150,
      event_id: 'blf_150',
      payload: { verdict: 'PASS', step: 150 },
    })
    expect((await readStatus(ctx, { sinceRevision: 148 })).new_changes.map(({ revision }) => revision)).toEqual([
      149, 150,
    ])
    expect((await readStatus(ctx, { maxChanges: 120 })).new_changes).toHaveLength(120)
  })
})

describe('the working tree', () => {
  it('warns of dirty files that nobody owns', async () => {
    const { room, ctx } = await asked()
    room.git.dirty = ['new.txt', 'src/a.ts']
    expect(await readStatus(ctx, { ownedFiles: ['src/'] })).toMatchObject({
      status: 'warn',
      required_action: 'review_peer_overlap_or_dirty_files',
      dirty_files: ['new.txt', 'src/a.ts'],
      dirty_outside_owned: ['new.txt'],
    })
  })

  it('is owned by whole names and by folders with their slash', async () => {
    const { room, ctx } = await asked()
    room.git.dirty = ['docs/b', 'docsx', 'src/a']
    expect((await readStatus(ctx, { ownedFiles: ['src', 'docs/'] })).dirty_outside_owned).toEqual(['docsx', 'src/a'])
  })

  it('says when git did not answer', async () => {
    const { room, ctx } = await asked()
    room.git.dirtyUnknown = true
    expect((await readStatus(ctx)).required_action).toBe('dirty_probe_timed_out_rerun_status')
  })

  it('files that the session has in flight are its own', async () => {
    const { room, ctx } = await asked()
    room.git.dirty = ['a.ts']
    room.transport.plant.presence('s1', testPresence({ session_id: 's1', files_in_flight: ['a.ts'] }))
    expect((await readStatus(ctx)).status).toBe('clear')
  })
})

describe('the coordination file', () => {
  const text = '### 2026-01-01 10:00 — codex BLOCKED\n**Step:** 3\n**Verdict:** BLOCKED\n'

  it('is where the port says, and its verdicts block', async () => {
    const { ctx } = await asked()
    const coordination = { locate: async () => ({ path: '/repo/c.md', text }) }
    expect(await readStatus({ ...ctx, coordination })).toMatchObject({
      status: 'blocked',
      required_action: 'resolve_unresolved_coordination_verdicts',
      coordination_file: '/repo/c.md',
      blocked_verdict_count: 1,
      unresolved: [{ actor: 'codex', label: 'BLOCKED', stamp: '2026-01-01 10:00', step: '3', verdict: 'BLOCKED' }],
    })
  })

  it('holds verdicts that block nothing, too', async () => {
    const { ctx } = await asked()
    const passed = `${text}\n### 2026-01-01 11:00 — codex PASS\n**Step:** 4\n**Verdict:** PASS\n`
    const report = await readStatus({ ...ctx, coordination: { locate: async () => ({ path: '/c.md', text: passed }) } })
    expect(report.latest_verdicts.map(({ step }) => step)).toEqual(['3', '4'])
    expect(report).toMatchObject({ blocked_verdict_count: 1, unresolved: [{ step: '3' }] })
  })

  it('that was asked for and is not there is named and says nothing', async () => {
    const { ctx } = await asked()
    const report = await readStatus(ctx, { coordinationFile: '/repo/nope.md' })
    expect([report.coordination_file, report.latest_verdicts, report.status]).toEqual(['/repo/nope.md', [], 'clear'])
  })
})

it('survives whatever lies in the room', async () => {
  const { room, ctx } = await asked()
  const { plant } = room.transport
  for (const odd of [{}, [], 'x', { session_id: 5, files_in_flight: 7, last_seen: TEST_NOW, tool: null }]) {
    plant.presence(JSON.stringify(odd), odd)
    plant.heartbeat('claude_code', odd)
    plant.message('all', odd)
    plant.record(odd as never)
  }
  plant.ack('claude_code', 's1', 'nonsense')
  plant.heartbeat('claude_code', { session_id: 's1', ts: {}, task_ref: [] })
  expect((await readStatus(ctx, { taskRef: 'T' })).status).toBe('warn')
})
