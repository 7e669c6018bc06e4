import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { obj, str } from '@rally/core/readers'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { cleanEnv, runRally } from './run-rally.js'

// What one agent or a person says, and when another agent hears it: the real commands and the real hooks of two hosts.

const HOOK = join(import.meta.dirname, '..', 'bin', 'rally-hook.cjs')

let folder: string
let repo: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally every word ')))
  repo = join(folder, 'shop')
  for (const name of [repo, join(folder, 'home')]) mkdirSync(name)
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid']
  for (const args of [
    ['init', '-q', '-b', 'main'],
    [...identity, 'commit', '-q', '--allow-empty', '-m', 'one'],
  ])
    execFileSync('git', args, { cwd: repo, stdio: 'ignore' })
  for (const name of ['a.txt', 'b.txt']) writeFileSync(join(repo, name), 'x\n')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const home = () => join(folder, 'home')

function hook(host: string, payload: { session_id: string; hook_event_name: string }, more: NodeJS.ProcessEnv): string {
  const args = [HOOK, host, payload.hook_event_name]
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    cwd: repo,
    env: cleanEnv(home(), more),
    input: JSON.stringify({ transcript_path: 't', cwd: repo, ...payload }),
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([0, ''])
  return stdout === '' ? '' : str(obj(obj(JSON.parse(stdout)).hookSpecificOutput).additionalContext)
}

/** Claude Code fires a hook; answers what the agent is told. */
const claude = (session_id: string, hook_event_name: string, more: object = {}) =>
  hook('claude_code', { session_id, hook_event_name, ...more }, { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: session_id })
const edit = (id: string, file = 'a.txt') =>
  claude(id, 'PreToolUse', {
    tool_name: 'Edit',
    tool_input: { file_path: join(repo, file), old_string: 'a', new_string: 'b' },
  })
/** The same for Codex. */
const codex = (session_id: string, hook_event_name: string, more: object = {}) =>
  hook('codex', { session_id, hook_event_name, ...{ turn_id: '1', model: 'm' }, ...more }, {})
const patch = (id: string, file: string) =>
  codex(id, 'PreToolUse', {
    tool_name: 'apply_patch',
    tool_input: { command: `*** Begin Patch\n*** Update File: ${file}\n@@\n-a\n+b\n*** End Patch` },
  })

/** Somebody types a command: a session, or without one the person. */
function rally(session: string | undefined, ...args: string[]) {
  const env = cleanEnv(home(), session === undefined ? {} : { RALLY_SESSION_ID: session })
  const { stdout, status } = runRally([...args, '--json'], { cwd: repo, env })
  return { exit: status, ...obj(JSON.parse(stdout)) }
}

it('a message is told at the next tool call of an agent that works', () => {
  claude('s', 'SessionStart', { source: 'startup' })
  codex('c', 'SessionStart')
  edit('s', 'b.txt')
  expect(rally('c', 'post', 'message', '--to', 'claude_code', '--message', 'look at x')).toMatchObject({ exit: 0 })
  expect(edit('s', 'b.txt')).toContain('| look at x')
  expect(edit('s', 'b.txt')).toBe('')
  expect(claude('s', 'UserPromptSubmit', { prompt: 'go on' })).not.toContain('look at x')
})

it('a question that blocks the room reaches everybody once, a newcomer at its start, and the asker hears the answer', () => {
  for (const id of ['s', 't']) claude(id, 'SessionStart', { source: 'startup' })
  codex('c', 'SessionStart')
  const { channel_revision: revision } = obj(rally('c', 'escalate', '--reason', 'which one?'))
  const block = `rally: the room is blocked: codex-1 asks "which one?"`
  const command = `rally escalate --acknowledges ${String(revision)} --reason "…"`
  for (const told of [
    edit('s', 'b.txt'),
    claude('t', 'UserPromptSubmit', { prompt: 'x' }),
    claude('new', 'SessionStart', { source: 'startup' }),
  ]) {
    expect(told).toContain(block)
    expect(told).toContain(command)
  }
  expect([edit('s', 'b.txt'), patch('c', 'c.txt')].join('')).not.toContain('blocked')
  expect(rally('s', 'escalate', '--acknowledges', String(revision), '--reason', 'the plain one').exit).toBe(0)
  expect(patch('c', 'c.txt')).toContain('rally: your question "which one?" was answered by claude-1: "the plain one"')
  expect(patch('c', 'c.txt')).toBe('')
  expect(claude('last', 'SessionStart', { source: 'startup' })).not.toContain('which one?')
})

it('a question that was retracted is told to nobody', () => {
  claude('s', 'SessionStart', { source: 'startup' })
  codex('c', 'SessionStart')
  const { event_id: id } = obj(rally('c', 'escalate', '--reason', 'which one?'))
  expect(rally('c', 'retract', '--fact', String(id), '--reason', 'found it')).toMatchObject({ exit: 0 })
  expect(edit('s', 'b.txt')).not.toContain('which one?')
})

it('after compact the open message and the open collision are told again', () => {
  codex('c', 'SessionStart')
  patch('c', 'a.txt')
  claude('s', 'SessionStart', { source: 'startup' })
  const write = ['inbox', 'write', '--to-tool', 'claude_code', '--message', 'do not touch a.txt']
  expect(rally('c', ...write).exit).toBe(0)
  expect(claude('s', 'UserPromptSubmit', { prompt: 'x' })).toContain('| do not touch a.txt')
  expect(edit('s')).toContain('codex-1 is editing a.txt')
  expect(edit('s')).toBe('')
  expect(claude('s', 'SessionStart', { source: 'compact' })).toContain('| do not touch a.txt')
  expect(edit('s')).toContain('codex-1 is editing a.txt')
  expect(rally('s', 'ack-inbox').exit).toBe(0)
  expect(claude('s', 'SessionStart', { source: 'compact' })).not.toContain('do not touch')
})
