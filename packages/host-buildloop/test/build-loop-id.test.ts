import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { World } from '../../../test/support/world.js'
import { generateOrResume, readRunIdentity } from '../src/run/run-identity.js'

// The existing system's acceptance list of the run identity (test_build_loop_id.py), case by case, with the commands of rally.

/** Numbers that are drawn next, before real ones. */
const drawn: number[] = []
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>()
  return { ...crypto, randomInt: (max: number) => drawn.shift() ?? crypto.randomInt(max) }
})

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => {
  drawn.length = 0
  world.remove()
})

const statePath = () => join(world.repo, '.build-loop', 'state.json')
const state = () => JSON.parse(fs.readFileSync(statePath(), 'utf8'))
const lines = (file: string) =>
  fs
    .readFileSync(join(world.channel, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const start = (tool: string, session: string) => world.json(['run', 'start', '--tool', tool, '--session-id', session])

function leave(content: object): void {
  fs.mkdirSync(join(world.repo, '.build-loop'), { recursive: true })
  fs.writeFileSync(statePath(), JSON.stringify(content))
}

describe('a run is made once', () => {
  it('test_generate_at_phase_1_when_absent', () => {
    expect(start('claude_code', 'claude-abc')).toMatchObject({ ok: true })
    const { execution } = state()
    expect(execution.build_loop_id).toMatch(/^bl-.*claude_code.*-\d{6}$/)
    expect(execution).toMatchObject({
      started_by_tool: 'claude_code',
      started_by_session_id: 'claude-abc',
      current_session_id: 'claude-abc',
    })
    expect(execution.started_at).toMatch(/Z$/)
    expect(execution.run_label).toContain('claude_code#')
    expect(fs.statSync(join(world.repo, '.build-loop/runs', execution.build_loop_id)).isDirectory()).toBe(true)
  })

  it('test_fresh_mint_clears_stale_per_run_state', () => {
    leave({ phase: 'done', triggers: { riskSurfaceChange: true }, runs: [{ run_id: 'bl-old' }], execution: {} })
    start('claude_code', 's-new')
    expect(state()).not.toHaveProperty('phase')
    expect(state()).not.toHaveProperty('triggers')
    expect(state().runs).toEqual([{ run_id: 'bl-old' }])
  })

  it('test_fresh_mint_displaces_execution_residue', () => {
    const residue = {
      crashed_at: '2026-06-09T00:00:00Z',
      crash_signal: 'stop_hook',
      run_worktree_path: '/old/worktree',
      wp_progress: { 'WP-A': 'done' },
    }
    leave({ execution: residue })
    const run = start('claude_code', 's-new')
    for (const stale of Object.keys(residue)) expect(state().execution).not.toHaveProperty(stale)
    expect(state().historicalExecutions.at(-1)).toEqual(residue)
    expect(state().execution.build_loop_id).toBe(run.build_loop_id)
  })

  it('test_historical_executions_capped_at_10', () => {
    const crashed = { crashed_at: '2026-06-09T00:00:00Z' }
    leave({ historicalExecutions: Array.from({ length: 10 }, (_, n) => ({ note: `old-${n}` })), execution: crashed })
    start('claude_code', 's')
    const { historicalExecutions } = state()
    expect(historicalExecutions).toHaveLength(10)
    expect(historicalExecutions.at(-1)).toEqual(crashed)
    expect(historicalExecutions[0]).toEqual({ note: 'old-1' })
  })

  it('test_collision_guard_regenerates_on_existence', () => {
    fs.mkdirSync(join(world.repo, '.build-loop/runs/bl-20260525T000000Z-tool-000001'), { recursive: true })
    drawn.push(1, 1, 2)
    const now = () => new Date('2026-05-25T00:00:00Z')
    const run = generateOrResume({ workdir: world.repo, tool: 'tool', sessionId: 's', now })
    expect(run.build_loop_id).toBe('bl-20260525T000000Z-tool-000002')
  })
})

describe('a run is resumed', () => {
  it('test_resume_preserves_phase_and_triggers', () => {
    const going = { phase: 'execute', triggers: { riskSurfaceChange: true } }
    leave({ ...going, execution: { build_loop_id: 'bl-live', current_session_id: 's-old' } })
    start('claude_code', 's-new')
    expect(state()).toMatchObject({ ...going, execution: { current_session_id: 's-new' } })
  })

  it('test_resume_preserves_build_loop_id_updates_current_session_id_only', () => {
    start('claude_code', 'session-1')
    const first = state().execution
    start('codex', 'session-2')
    expect(state().execution).toEqual({ ...first, current_session_id: 'session-2' })
  })
})

describe('whatever is written carries the run at its top level', () => {
  const fields = () => {
    const { build_loop_id, started_at, run_label } = state().execution
    return { build_loop_id, build_loop_started_at: started_at, build_loop_run_label: run_label }
  }
  const ME = ['--session-id', 'session-1', '--tool', 'claude_code']
  beforeEach(() => void start('claude_code', 'session-1'))

  it('test_post_record_carries_top_level_build_loop_id_fields', async () => {
    expect(world.json(['post', 'feedback', '--message', 'PASS', ...ME])).toMatchObject({ ok: true })
    const room = await world.open('reader')
    expect(await room.transport.log.latest(9)).toMatchObject([fields()])
  })

  it('test_inbox_write_message_carries_top_level_build_loop_id_fields', () => {
    world.json(['inbox', 'write', '--to-tool', 'codex', '--message', 'world', '--no-channel', ...ME])
    expect(lines('inbox/codex.jsonl')).toMatchObject([fields()])
  })

  it('test_inbox_send_to_tool_carries_top_level_build_loop_id_fields_in_inbox_and_channel', async () => {
    world.json(['inbox', 'write', '--to-tool', 'codex', '--message', 'world', ...ME])
    expect(lines('inbox/codex.jsonl')).toMatchObject([fields()])
    const room = await world.open('reader')
    expect(await room.transport.log.latest(9)).toMatchObject([fields()])
  })

  it('test_presence_write_carries_top_level_build_loop_id_fields', () => {
    world.json(['presence', '--phase', 'rally-start', ...ME])
    expect(JSON.parse(fs.readFileSync(join(world.channel, 'sessions/session-1.json'), 'utf8'))).toMatchObject(fields())
  })

  it('test_build_loop_id_NOT_in_producer_metadata', async () => {
    world.json(['post', 'feedback', '--message', 'PASS', ...ME])
    const [record] = await (await world.open('reader')).transport.log.latest(9)
    expect(record).toHaveProperty('build_loop_id')
    expect(record).toHaveProperty('producer_name')
    const [stored] = lines('changes.jsonl')
    expect(JSON.stringify(stored.bl_producer)).not.toContain('build_loop')
    expect(JSON.stringify(stored.bl_build_loop)).not.toContain('producer')
  })
})

describe('without a run', () => {
  it('test_post_without_state_execution_omits_build_loop_id_fields', async () => {
    expect(world.json(['post', 'feedback', '--message', 'x', '--session-id', 's', '--tool', 'codex']).ok).toBe(true)
    const [record] = await (await world.open('reader')).transport.log.latest(9)
    for (const key of ['build_loop_id', 'build_loop_started_at', 'build_loop_run_label'])
      expect(record).not.toHaveProperty(key)
  })

  it('test_rally_fields_for_returns_empty_when_state_missing', () => {
    expect(readRunIdentity(join(world.repo, 'nope'))).toBeUndefined()
  })
})
