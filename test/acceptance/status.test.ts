import { afterEach, beforeEach, expect, it } from 'vitest'
import { World } from '../support/world.js'

// The existing system's acceptance list of status (test_agent_rally_status.py), with the same flags.

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.remove())

const ME = ['--session-id', 'me', '--tool', 'codex']
const send = (from: string, to: string, summary: string) =>
  world.json(['inbox', 'write', '--from-tool', from, '--to-tool', to, '--payload-json', JSON.stringify({ summary })])
const status = (...flags: string[]) => world.json(['status', '--workdir', world.repo, ...ME, ...flags])

it('test_status_accepts_tool_and_reads_tool_scoped_inbox', () => {
  const { message_id: id } = send('claude_code', 'codex', 'codex-only')
  send('codex', 'claude_code', 'claude-only')
  expect(status()).toMatchObject({
    direct_inbox_unread_count: 1,
    inbox_latest_messages: [{ id, preview: 'codex-only' }],
  })
})

it('test_ack_inbox_hides_seen_messages_and_surfaces_new_ones', () => {
  send('claude_code', 'codex', 'old note')
  expect(world.json(['ack-inbox', ...ME])).toMatchObject({ action: 'inbox-ack-written', direct_line_count: 1 })
  expect(status()).toMatchObject({ direct_inbox_unread_count: 0, inbox_latest_messages: [] })
  const { message_id: id } = send('claude_code', 'codex', 'new note')
  expect(status()).toMatchObject({ direct_inbox_unread_count: 1, inbox_latest_messages: [{ id, preview: 'new note' }] })
})

it('test_heartbeat_command_writes_status_visible_task_health', () => {
  const beat = ['heartbeat', '--task-ref', 'claim-1', '--progress', 'ran tests', '--evidence', 'pytest,git diff']
  expect(world.json([...beat, ...ME])).toMatchObject({ action: 'task-heartbeat-written', task_ref: 'claim-1' })
  expect(status('--task-ref', 'claim-1')).toMatchObject({
    task_heartbeat: {
      health: 'current',
      latest: { progress_since_last: 'ran tests', evidence_refs: ['pytest', 'git diff'] },
    },
  })
})

it('test_status_post_then_read_roundtrips_the_canonical_pointer', () => {
  const summary = 'spectra status refreshed'
  const where = ['--file', '/abs/path/CURRENT.md', '--committed-sha', 'abc1234', '--summary', summary]
  const me = ['--session-id', 'me', '--tool', 'claude_code']
  expect(world.json(['status-post', ...where, ...me])).toMatchObject({ action: 'status-posted', accepted: true })
  const read = world.json(['status-read'])
  const text = `${summary} [file=/abs/path/CURRENT.md sha=abc1234]`
  expect(read).toMatchObject({
    found: true,
    pointer: { file: '/abs/path/CURRENT.md', committed_sha: 'abc1234', summary: text, tool: 'claude_code' },
    latest: { kind: 'status', payload: { file: '/abs/path/CURRENT.md', committed_sha: 'abc1234', summary: text } },
  })
})

it('test_status_read_reports_not_found_when_none_posted', () => {
  expect(world.json(['status-read'])).toMatchObject({ found: false, latest: null, pointer: null })
})
