import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { list, obj, str } from '@rally/core/readers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type HookMachine, makeHookMachine } from '../hooks/hook-machine.js'

// Who hears what: small inputs that once were lost, through the real executables.

const PACKAGES = join(import.meta.dirname, '../../packages')
const HOOK = join(PACKAGES, 'cli/bin/rally-hook.cjs')
const areHere = ['host-claude-code', 'host-codex'].every((name) => existsSync(join(PACKAGES, name)))

function play(machine: HookMachine) {
  // A process of its own for each session of Claude Code: what is typed here is typed outside of it.
  const programs = new Map<string, number>()
  const programOf = (id: string): string => {
    const known = programs.get(id)
    if (known !== undefined) return String(known)
    const child = spawn('sleep', ['600'], { stdio: 'ignore' })
    onTestFinished(() => void child.kill('SIGKILL'))
    programs.set(id, child.pid ?? 0)
    return String(child.pid)
  }
  const fire = (host: string, event: string, payload: object, env: NodeJS.ProcessEnv): string => {
    const { stdout } = spawnSync(process.execPath, [HOOK, host, event], {
      cwd: machine.repo,
      env: { ...machine.env, ...env },
      input: JSON.stringify({ cwd: machine.repo, hook_event_name: event, transcript_path: 't', ...payload }),
      encoding: 'utf8',
    })
    return stdout === '' ? '' : (JSON.parse(stdout).hookSpecificOutput?.additionalContext ?? '')
  }
  const claude = (id: string, event: string, more: object = {}) =>
    fire(
      'claude_code',
      event,
      { session_id: id, ...more },
      { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: id, CLAUDE_PID: programOf(id) },
    )
  const codex = (id: string, event: string, more: object = {}) =>
    fire('codex', event, { session_id: id, turn_id: '1', model: 'm', ...more }, {})
  // A host numbers its calls: the same one twice within a moment is one call that two entries were started for.
  let calls = 0
  const patch = (path: string) => `*** Begin Patch\n*** Update File: ${path}\n@@\n-a\n+b\n*** End Patch`
  return {
    claude,
    codex,
    edit: (id: string, path: string) =>
      claude(id, 'PreToolUse', {
        ...{ tool_name: 'Edit', tool_use_id: `toolu_${++calls}` },
        tool_input: { file_path: join(machine.repo, path), old_string: 'a', new_string: 'b' },
      }),
    patch: (id: string, path: string) =>
      codex(id, 'PreToolUse', { tool_name: 'apply_patch', tool_input: { command: patch(path) } }),
  }
}

const C = ['--session-id', 'c', '--tool', 'codex'] as const
const S = ['--session-id', 's', '--tool', 'claude_code'] as const

describe.runIf(areHere)('who hears what', () => {
  it('a plain message is told to a working agent at its next tool call', () => {
    const machine = makeHookMachine()
    const { claude, edit } = play(machine)
    claude('s', 'SessionStart', { source: 'startup' })
    expect(machine.text('post', 'message', ...C, '--to', 'claude_code', '--message', 'x').status).toBe(0)
    expect(edit('s', 'a.txt')).toContain('| x')
    expect(edit('s', 'a.txt')).toBe('')
  })

  it('a question that blocks is told to everybody once, a newcomer hears it first, the asker hears the answer', () => {
    const machine = makeHookMachine()
    const { claude, codex, edit, patch } = play(machine)
    for (const id of ['s', 't']) claude(id, 'SessionStart', { source: 'startup' })
    codex('c', 'SessionStart', { source: 'startup' })
    expect(machine.text('escalate', ...C, '--reason', 'which one?').status).toBe(0)
    const block = 'the room is blocked: codex-1 asks "which one?"'
    expect(claude('s', 'UserPromptSubmit', { prompt: 'x' })).toContain(block)
    expect(edit('t', 'a.txt')).toMatch(/the room is blocked.*rally escalate --acknowledges 1 --reason "…"/)
    expect(claude('new', 'SessionStart', { source: 'startup' })).toContain(block)
    for (const id of ['s', 't', 'new']) expect(claude(id, 'UserPromptSubmit', { prompt: 'x' })).not.toContain('blocked')
    expect(patch('c', 'z.txt')).toBe('')
    expect(machine.text().stdout).toMatch(/^shop|repo .*blocked[\s\S]*codex-1 asks .*"which one\?"/)
    expect(machine.text('escalate', ...S, '--acknowledges', '1', '--reason', 'the plain one').status).toBe(0)
    expect(patch('c', 'z.txt')).toMatch(/your question "which one\?" was answered by claude-1: "the plain one"/)
    expect(edit('t', 'a.txt')).toContain('the plain one')
  })

  it('after a compaction what is open is told again: the message and the warning', () => {
    const machine = makeHookMachine()
    const { claude, codex, edit, patch } = play(machine)
    codex('c', 'SessionStart', { source: 'startup' })
    patch('c', 'a.txt')
    claude('s', 'SessionStart', { source: 'startup' })
    const write = ['inbox', 'write', ...C, '--to-tool', 'claude_code', '--message', 'do not touch a.txt']
    expect(machine.text(...write).status).toBe(0)
    expect(claude('s', 'UserPromptSubmit', { prompt: 'x' })).toContain('do not touch a.txt')
    expect(edit('s', 'a.txt')).toMatch(/codex-1 is editing a\.txt .*rally tell codex-1 "…"/)
    expect(edit('s', 'a.txt')).toBe('')
    expect(claude('s', 'SessionStart', { source: 'compact' })).toContain('do not touch a.txt')
    expect(edit('s', 'a.txt')).toContain('codex-1 is editing a.txt')
    expect(edit('s', 'a.txt')).toBe('')
  })

  it('words that mean a tool reach it; a word that means nothing is refused with the nearest', () => {
    const machine = makeHookMachine()
    play(machine).claude('s', 'SessionStart', { source: 'startup' })
    const complete = [
      ...['--owns', 'a.js', '--does-not-own', 'b.js', '--interface-contract', 'f'],
      ...['--integration-checkpoint', 'tests'],
    ]
    for (const word of ['claude', 'claude-code', 'Claude Code']) {
      const { out } = machine.json('tell', ...C, word, 'hello')
      expect(out).toMatchObject({ ok: true, to: 'claude_code' })
    }
    expect(machine.json('handoff', ...C, '--to', 'claude', ...complete).out).toMatchObject({ to: 'claude_code' })
    const refused = machine.json('handoff', ...C, '--to', 'codx', ...complete)
    expect([refused.status, refused.out.error?.code]).toEqual([3, 'NO_SUCH_RECIPIENT'])
    expect(refused.out.error?.hint).toContain('codex')
    expect(machine.json('tell', ...C, 'codx', 'x', '--unseen').status).toBe(0)
    // The existing rule of the existing flag stays.
    expect(machine.json('inbox', 'write', ...C, '--to-tool', 'claude-code', '--message', 'x').status).toBe(0)
  })

  it('one session of a tool is addressed alone, also among those that start later', () => {
    const machine = makeHookMachine()
    const { claude, edit } = play(machine)
    for (const id of ['s', 't']) claude(id, 'SessionStart', { source: 'startup' })
    const { out } = machine.json('tell', ...C, 'claude-2', 'for you alone')
    expect(out.recipients).toMatchObject([{ session_id: 't', name: 'claude-2', hears: 'next-tool-call' }])
    expect(edit('s', 'a.txt')).toBe('')
    expect(claude('u', 'SessionStart', { source: 'startup' })).not.toContain('for you alone')
    expect(machine.json('inbox', 'unread', ...S).out).toMatchObject({ unread_count: 0 })
    expect(edit('t', 'b.txt')).toContain('for you alone')
  })

  it('the sender sees told and acknowledged, with times', () => {
    const machine = makeHookMachine()
    const { claude } = play(machine)
    claude('s', 'SessionStart', { source: 'startup' })
    machine.json('tell', ...C, 'claude-1', 'hello')
    const line = () => machine.text('sent', ...C, '1').stdout
    expect(line()).toContain('stored, not told yet')
    claude('s', 'UserPromptSubmit', { prompt: 'x' })
    expect(line()).toMatch(/claude-1 {2}told \d\d:\d\d:\d\d$/m)
    machine.json('ack-inbox', ...S)
    expect(line()).toMatch(/told \d\d:\d\d:\d\d, acknowledged \d\d:\d\d:\d\d/)
  })

  it('a handoff is named with its commands, accepted and done, and whoever waits is told; gates see the same', () => {
    const machine = makeHookMachine()
    const { claude, codex, patch } = play(machine)
    claude('s', 'SessionStart', { source: 'startup' })
    codex('c', 'SessionStart', { source: 'startup' })
    const handed = machine.json(
      ...['handoff', ...S, '--to', 'codex-1', '--message', 'price rules', '--owns', 'a.js', '--does-not-own', 'b.js'],
      ...['--interface-contract', 'f', '--integration-checkpoint', 'tests'],
    )
    const number = String(handed.out.channel_revision)
    expect(patch('c', 'z.txt')).toContain(`rally handoff accept ${number}`)
    const waits = ['--wait', 'accepted', '--timeout', '0']
    const again = [
      '--owns',
      'x.js',
      '--does-not-own',
      'b.js',
      '--interface-contract',
      'f',
      '--integration-checkpoint',
      't',
    ]
    expect(machine.json('handoff', ...S, '--to', 'codex-1', ...again, ...waits)).toMatchObject({
      ...{ status: 4, out: { ok: false, accepted: true, handoff: null, error: { code: 'TIMED_OUT' } } },
    })
    expect(machine.json('handoff', 'accept', ...C, number, 'on it').out).toMatchObject({ ok: true })
    expect(claude('s', 'UserPromptSubmit', { prompt: 'x' })).toContain('on it')
    expect(machine.text('handoffs').stdout).toMatch(new RegExp(`#${number} accepted by codex-1`))
    expect(machine.json('handoff', 'done', ...C, number, 'tests pass').status).toBe(0)
    expect(claude('s', 'UserPromptSubmit', { prompt: 'x' })).toContain('tests pass')
    expect(machine.text('handoffs', '--all').stdout).toMatch(new RegExp(`#${number} done`))
    expect(machine.text('sent', ...S, number).stdout).toMatch(/codex-1 {2}told .*answered/)
  })

  it('a handoff that is waited for: told, accepted, and refused with exit 5 when it was declined', () => {
    const machine = makeHookMachine()
    const { claude, codex, patch } = play(machine)
    claude('s', 'SessionStart', { source: 'startup' })
    codex('c', 'SessionStart', { source: 'startup' })
    const parts = [
      '--owns',
      'a.js',
      '--does-not-own',
      'b.js',
      '--interface-contract',
      'f',
      '--integration-checkpoint',
      't',
    ]
    const hand = (...more: string[]) => machine.json('handoff', ...S, '--to', 'codex-1', ...parts, ...more)
    const first = String(hand().out.channel_revision)
    const id = str(obj(list(machine.json('sent', ...S, first).out.messages)[0]).id)
    expect(patch('c', 'z.txt')).toContain('rally handoff accept')
    expect(hand('--message-id', id, '--wait', 'told', '--timeout', '0').out.waited).toMatchObject({
      recipients: [{ name: 'codex-1', rung: 'told' }],
    })
    machine.json('handoff', 'decline', ...C, first, 'no time')
    const declined = hand('--message-id', id, '--wait', 'done', '--timeout', '0')
    expect([declined.status, declined.out.error?.code]).toEqual([5, 'HANDOFF_DECLINED'])
    expect(declined.out.handoff).toMatchObject({ state: 'declined' })
    expect(declined.out.error?.message).toContain('no time')
  })

  it('whoever types in a plain shell is the person, and a session without a tool is no host', () => {
    const machine = makeHookMachine()
    const { claude, edit } = play(machine)
    claude('s', 'SessionStart', { source: 'startup' })
    const user = userInfo().username
    expect(machine.json('ask', 'claude-1', 'may I?')).toMatchObject({ status: 0 })
    expect(edit('s', 'a.txt')).toContain(`from ${user}, a person`)
    expect(machine.json('reply', ...S, '1', 'yes').out).toMatchObject({ to: 'human' })
    expect(machine.text('inbox', 'read').stdout).toContain('yes')
    const env = { ...machine.env, RALLY_SESSION_ID: 'ann' }
    spawnSync(process.execPath, [join(PACKAGES, 'cli/bin/rally.cjs'), 'tell', 'claude-1', 'x'], {
      cwd: machine.repo,
      env,
    })
    expect(edit('s', 'a.txt')).not.toContain('from claude_code')
  })
})

describe.runIf(areHere)('beside readers of the existing system', () => {
  it('every message is a line of its box, and an acknowledgement by either side holds for the other', () => {
    const machine = makeHookMachine()
    const { claude, edit } = play(machine)
    claude('s', 'SessionStart', { source: 'startup' })
    machine.json('tell', ...C, 'claude-1', 'one')
    machine.json('ask', ...C, 'claude_code', 'two')
    machine.json('tell', ...C, 'all', 'three')
    const room = join(machine.home, 'apps/repo')
    const lines = (box: string) =>
      readFileSync(join(room, `inbox/${box}.jsonl`), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    expect(lines('claude_code').map(({ to, payload }) => [to, payload.message])).toEqual([
      ['claude_code', 'one'],
      ['claude_code', 'two'],
    ])
    expect(lines('all').map(({ payload }) => payload.message)).toEqual(['three'])
    const unread = () => machine.json('inbox', 'unread', ...S).out
    expect(unread()).toMatchObject({ direct_unread_count: 2, broadcast_unread_count: 1, unread_count: 3 })
    // What the other side writes when it has read one of two.
    const cursor = join(room, 'inbox/.acks/claude_code/s.json')
    mkdirSync(join(room, 'inbox/.acks/claude_code'), { recursive: true })
    const head = { schema_version: '1.0', kind: 'rally-inbox-ack-cursor', tool: 'claude_code', session_id: 's' }
    const ack = (direct: number, broadcast: number) => ({
      ...{ ...head, acked_at: Date.now() / 1000 },
      direct: { line_count: direct, last_message_ts: null },
      broadcast: { line_count: broadcast, last_message_ts: null },
    })
    writeFileSync(cursor, JSON.stringify(ack(1, 1)))
    expect(unread()).toMatchObject({ direct_unread_count: 1, broadcast_unread_count: 0, unread_count: 1 })
    const told = edit('s', 'a.txt')
    expect([told.includes('| one'), told.includes('| two'), told.includes('| three')]).toEqual([false, true, false])
    machine.json('ack-inbox', ...S)
    expect(JSON.parse(readFileSync(cursor, 'utf8'))).toMatchObject({
      direct: { line_count: 2 },
      broadcast: { line_count: 1 },
    })
    // A line of the other side is a message like any other.
    const line = {
      schema_version: '1.0',
      id: 'codex-9',
      kind: 'message',
      from: 'codex',
      to: 'claude_code',
      ts: Date.now() / 1000,
    }
    appendFileSync(
      join(room, 'inbox/claude_code.jsonl'),
      `${JSON.stringify({ ...line, payload: { message: 'four' } })}\n`,
    )
    expect(unread()).toMatchObject({ unread_count: 1 })
    expect(edit('s', 'a.txt')).toContain('| four')
  })
})
