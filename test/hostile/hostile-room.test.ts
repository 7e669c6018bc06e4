import fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { post, writeHeartbeat, writeInbox, writePresence } from '../../packages/core/dist/index.js'
import { World } from '../support/world.js'
import { stuffChannel } from './stuff-channel.js'

/** Nobody waits longer than this for an answer, whatever lies in a room; generous, for slow machines. */
const TIMEOUT = 20_000
const ME = ['--session-id', 's1', '--tool', 'codex']

/** What must never reach a terminal: escapes, other control characters, bidi and zero-width ones. */
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

let world: World
beforeAll(async () => {
  world = new World()
  const healthy = await world.open('healthy', 'claude_code')
  await writePresence(healthy, { task: 'healthy task' })
  await post(healthy, { kind: 'feedback', message: 'healthy record' })
  await writeInbox(healthy, { to: 'codex', payload: { message: 'healthy before' } })
  stuffChannel(world)
  await writeInbox(healthy, { to: 'codex', payload: { message: 'healthy after' } })
  await writeInbox(healthy, { to: 'all', payload: { message: 'healthy to all' } })
  await post(healthy, { kind: 'dep-change', message: 'healthy change' })
  const me = await world.open('s1')
  await writePresence(me, { task: 'mine' })
  await writeHeartbeat(me, { taskRef: 'mine', progress: 'healthy progress', status: 'running' })
})
afterAll(() => world.remove())

function run(args: readonly string[]) {
  const { status, signal, stdout, stderr } = world.rally(args, { timeout: TIMEOUT })
  expect(signal, `${args[0]} ended by itself`).toBeNull()
  expect(stderr, args.join(' ')).not.toMatch(/\n {4}at /)
  return { status, stdout, stderr }
}

const json = (args: readonly string[]) => {
  const { status, stdout } = run([...args, '--json'])
  const answer = JSON.parse(stdout) as Record<string, unknown>
  expect(answer.ok, args.join(' ')).toBe(status === 0)
  return answer
}

describe('in a room full of garbage', () => {
  it('status shows what is healthy', () => {
    const status = json(['status', ...ME, '--task-ref', 'mine'])
    expect(status.ok).toBe(true)
    expect(JSON.stringify(status.active_peers)).toContain('"healthy"')
    expect(JSON.stringify(status.inbox_latest_messages)).toContain('healthy after')
    expect(JSON.stringify(status.new_changes)).toContain('dep-change')
    expect(JSON.stringify(status.task_heartbeat)).toContain('healthy progress')
  })

  it('roster shows what is healthy, of all rooms', () => {
    const roster = json(['roster'])
    expect(roster.ok).toBe(true)
    const text = JSON.stringify(roster.agents)
    for (const id of ['healthy', 's1', 'cycle-a', 'cycle-b']) expect(text).toContain(`"session_id":"${id}"`)
  })

  it('the inbox gives every message that can be read', () => {
    const { messages } = json(['inbox', 'read', ...ME, '--limit', '200']) as { messages: { message: unknown }[] }
    const text = JSON.stringify(messages)
    for (const part of ['healthy before', 'healthy after', 'healthy to all']) expect(text).toContain(part)
  })

  it('a checkpoint tells what changed and moves on', () => {
    expect(JSON.stringify(json(['checkpoint', ...ME]))).toContain('dep-change')
    expect(json(['checkpoint', ...ME]).changed).toBe(false)
  })

  it('watch, wake-due, status-read, lead and bare rally answer', () => {
    const { stdout, status } = run(['watch', ...ME, '--iterations', '1', '--jsonl'])
    expect(status).toBe(0)
    expect(JSON.parse(stdout.split('\n')[0] as string)).toMatchObject({ event: 'coordination_state_changed' })
    for (const args of [['wake-due'], ['status-read'], ['lead', 'status'], ['inbox', 'unread', ...ME]]) json(args)
    expect(run([]).status).toBe(0)
  })

  it('writing goes on: every write is stored and read again', () => {
    const posted = json(['post', 'feedback', '--message', 'still works', ...ME])
    expect(posted.ok).toBe(true)
    expect(json(['inbox', 'write', '--to', 'codex', '--message', 'still arrives', ...ME]).ok).toBe(true)
    expect(json(['heartbeat', '--task-ref', 'mine', ...ME]).ok).toBe(true)
    expect(json(['ack-inbox', ...ME]).ok).toBe(true)
    expect(json(['inbox', 'unread', ...ME]).unread_count).toBe(0)
    expect(json(['lead', 'claim', ...ME]).claimed).toBe(true)
    expect(JSON.stringify(json(['status', ...ME]).new_changes)).toContain(String(posted.event_id))
  })

  it('no text view lets a control character through', () => {
    const views = [
      ['status', ...ME],
      ['roster', '--all'],
      ['inbox', 'read', ...ME, '--all', '--limit', '200'],
      ['checkpoint', '--session-id', 'fresh', '--tool', 'codex'],
      ['lead', 'status'],
      ['doctor'],
      ['wake-due'],
      ['status-read'],
      ['hosts'],
      ['where'],
      [],
    ]
    for (const args of views) {
      const { stdout, stderr } = run(args)
      expect(stdout + stderr, args.join(' ')).not.toMatch(UNSAFE)
    }
  })

  it('hooks stay silent about the garbage, quick and obedient', () => {
    for (const event of ['SessionStart', 'UserPromptSubmit', 'PreToolUse']) {
      const payload = {
        session_id: 's1',
        cwd: world.repo,
        hook_event_name: event,
        tool_name: 'Edit',
        tool_input: { file_path: join(world.repo, 'a') },
      }
      const { status, signal, stdout, stderr } = world.hook('claude_code', event, payload, { timeout: TIMEOUT })
      expect([status, signal, stderr], event).toEqual([0, null, ''])
      if (stdout !== '') expect(() => JSON.parse(stdout), stdout).not.toThrow()
      expect(stdout, event).not.toMatch(/\\u001b|\\u202e|\\u200b/)
    }
  })

  it('the doctor names what is wrong and where', () => {
    const { status, stdout } = run(['doctor', '--json'])
    const { checks } = JSON.parse(stdout) as {
      checks: { code: string; place: string; severity: string; fix: string }[]
    }
    expect(status).toBe(1)
    const named = (code: string, path: string): boolean =>
      checks.some((check) => check.code === code && check.place?.startsWith(join(world.channel, path)))
    const expected: readonly (readonly [string, string])[] = [
      ['wrong-type', 'sessions/folder.json'],
      ['wrong-type', 'sessions/pipe.json'],
      ['bad-link', 'sessions/outside.json'],
      ['bad-link', 'sessions/loop.json'],
      ['bad-link', 'sessions/dangling.json'],
      ['damaged-file', 'sessions/garbage.json'],
      ['damaged-file', 'sessions/deep.json'],
      ['too-large', 'sessions/huge.json'],
      ['future-time', 'sessions/future.json'],
      ['unsafe-name', 'sessions/esc'],
      ['wrong-type', 'inbox/gemini.jsonl'],
      ['wrong-type', 'inbox/cursor.jsonl'],
      ['damaged-lines', 'inbox/all.jsonl:'],
      ['damaged-lines', 'changes.jsonl:'],
      ['future-time', 'changes.jsonl:'],
      ['damaged-lines', 'task-heartbeats/codex.jsonl:'],
      ['damaged-file', 'rally/lead.json'],
    ]
    // The lease was taken by the test of the writes; a seat that somebody holds is healthy again.
    const healed = JSON.parse(fs.readFileSync(join(world.channel, 'rally/lead.json'), 'utf8')).lead !== undefined
    const missing = expected.filter(([code, path]) => !named(code, path))
    expect(missing).toEqual(healed ? [['damaged-file', 'rally/lead.json']] : [])
    for (const check of checks.filter(({ severity }) => severity !== 'ok')) expect(check.fix).not.toBe('')
  })
})
