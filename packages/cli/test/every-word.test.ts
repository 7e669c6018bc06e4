import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { list, obj, str } from '@rally/core/readers'
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
let calls = 0
/** Each call of a tool has an id of its own: two that have one are the same call, answered once. */
const edit = (id: string, file = 'a.txt') =>
  claude(id, 'PreToolUse', {
    tool_use_id: `toolu_${++calls}`,
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
function rally(session: string | undefined, ...args: string[]): { exit: number | null; [key: string]: unknown } {
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
  // A question without words would block everybody with nothing to decide.
  expect(rally('c', 'escalate', '--reason', ' ')).toMatchObject({ exit: 2, ok: false })
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

it('a conversation: asked at the next tool call with the command that answers, answered the same way', () => {
  claude('s', 'SessionStart', { source: 'startup' })
  codex('c', 'SessionStart')
  claude('other', 'SessionStart', { source: 'startup' })
  const asked = rally('c', 'ask', 'claude-1', 'may I change price()?')
  expect(asked).toMatchObject({ exit: 0, action: 'asked', to: 'claude_code', number: 1 })
  expect(asked.recipients).toEqual([
    { session_id: 's', name: 'claude-1', tool: 'claude_code', state: 'live', hears: 'next-tool-call' },
  ])
  const heard = edit('s', 'b.txt')
  expect(heard).toMatch(/\[message 1 from codex-1, \S+ ago, wants an answer\]\n\| may I change price\(\)\?/)
  expect(heard.split('\n').at(-1)).toBe('rally: to answer: rally reply 1 "…"')
  expect(edit('other', 'c.txt')).not.toContain('price()')
  expect(rally('other', 'inbox', 'unread')).toMatchObject({ unread_count: 0 })
  expect(rally('s', 'reply', '1', 'yes, until noon')).toMatchObject({ exit: 0, to_name: 'codex-1', number: 2 })
  expect(rally('s', 'inbox', 'unread')).toMatchObject({ unread_count: 0 })
  const answer = patch('c', 'b.txt')
  expect(answer).toMatch(/\[message 2 from claude-1, \S+ ago, reply, to your message 1\]\n\| yes, until noon/)
  expect(answer).not.toContain('rally reply')
  expect(rally('c', 'reply', 'thanks')).toMatchObject({ exit: 0, to_name: 'claude-1' })
})

const ANN = ['--session-id', 'human.ann', '--tool', 'human']
const person = (...args: string[]) => rally(undefined, ...args, ...ANN)

it('a person speaks as the person, from standard input too; what nobody is called is refused with what is near', () => {
  claude('s', 'SessionStart', { source: 'startup' })
  expect(person('tell', 'Claude Code', 'hello')).toMatchObject({ exit: 0, to: 'claude_code' })
  expect(edit('s', 'b.txt')).toContain('[message 1 from ann, a person, ')
  expect(person('tell', 'claud-1', 'x')).toMatchObject({ exit: 3, error: { code: 'NO_SUCH_RECIPIENT' } })
  const args = ['tell', 'claude-1', '-', ...ANN]
  const piped = runRally(args, { cwd: repo, env: cleanEnv(home(), {}), input: 'from a pipe\n' })
  expect([piped.status, piped.stderr]).toEqual([0, ''])
  expect(piped.stdout).toBe('#2 to claude-1; claude-1 hears it at the next tool call\n')
  expect(edit('s', 'b.txt')).toContain('| from a pipe')
  expect(claude('s', 'Stop')).toBe('')
  expect(person('tell', 'claude-1', 'later').recipients).toMatchObject([{ hears: 'next-prompt' }])
  expect(person('tell', 'codex', 'x').recipients).toMatchObject([{ state: 'absent', hears: 'at-start' }])
})

it('a reply without a number says which it could be', () => {
  claude('s', 'SessionStart', { source: 'startup' })
  codex('c', 'SessionStart')
  for (const text of ['one?', 'two?']) expect(rally('c', 'ask', 'claude-1', text).exit).toBe(0)
  const refused = rally('s', 'reply', 'yes')
  expect(refused).toMatchObject({ exit: 2, error: { code: 'USAGE', hint: 'say which one: rally reply 1 "…"' } })
  expect(obj(refused.error).message).toBe('2 messages wait: 1 "one?", 2 "two?"')
  // A lone word is the answer, unless it names a message.
  const missing = (hint: string) => ({ exit: 2, error: { message: 'TEXT is missing', hint } })
  expect(rally('s', 'reply')).toMatchObject(missing('rally reply 1 "…"'))
  for (const id of ['2', '#2']) expect(rally('s', 'reply', id)).toMatchObject(missing('rally reply 2 "…"'))
  expect(rally('c', 'reply')).toMatchObject(missing('rally reply --help'))
  expect(rally('c', 'reply', 'yes')).toMatchObject({ exit: 2, error: { message: 'no message waits for an answer' } })
  expect(rally('s', 'reply', '99', 'yes')).toMatchObject({ exit: 3, error: { code: 'NOT_FOUND' } })
})

it('the sender sees how far a message got: stored, told, acknowledged, answered; what it waits for ends or times out', () => {
  claude('s', 'SessionStart', { source: 'startup' })
  codex('c', 'SessionStart')
  const row = (id: string) => obj(list(obj(list(rally('c', 'sent', id).messages)[0]).recipients)[0])
  expect(rally('c', 'ask', 'claude-1', 'may I?')).toMatchObject({ exit: 0, waited: null })
  expect(row('1')).toMatchObject({ session_id: 's', name: 'claude-1', rung: 'stored', told_at: null })
  const late = rally('c', 'tell', 'claude-1', 'and?', '--wait', 'told', '--timeout', '0')
  expect(late).toMatchObject({ exit: 4, ok: false, error: { code: 'TIMED_OUT' }, number: 2, stored: { inbox: true } })
  edit('s', 'b.txt')
  expect(row('1')).toMatchObject({ rung: 'told', told_times: 1, acked_at: null })
  expect(rally('s', 'ack-inbox').exit).toBe(0)
  expect(row('1')).toMatchObject({ rung: 'acked', answered_at: null })
  expect(rally('s', 'reply', '1', 'yes').exit).toBe(0)
  expect(row('1')).toMatchObject({ rung: 'answered', answer: 3 })
  const texts = list(rally('s', 'inbox', 'thread', '3').messages).map((message) => obj(message).text)
  expect(texts).toEqual(['may I?', 'yes'])
  const { stdout } = runRally(['sent', '--session-id', 'c'], { cwd: repo, env: cleanEnv(home(), {}) })
  const time = '\\d\\d:\\d\\d:\\d\\d'
  expect(stdout).toMatch(/^#1 to claude-1 \(ask\), \S+ ago: "may I\?"$/m)
  expect(stdout).toMatch(new RegExp(`^  claude-1  told ${time}, acknowledged ${time}, answered ${time} \\(#3\\)$`, 'm'))
  claude('s', 'SessionEnd')
  expect(rally('c', 'tell', 's', 'too late')).toMatchObject({ recipients: [{ state: 'gone', hears: 'at-start' }] })
  expect(row('4')).toMatchObject({ rung: 'gone' })
})

it('a handoff is told with its commands, accepted with its files, done; the sender hears each, a gate sees the end', () => {
  claude('s', 'SessionStart', { source: 'startup' })
  codex('c', 'SessionStart')
  const contract = ['--interface-contract', 'f is pure', '--integration-checkpoint', 'tests pass']
  const handoff = ['handoff', '--to', 'claude', '--message', 'take a', '--owns', 'a.txt', ...contract]
  expect(rally('c', ...handoff)).toMatchObject({ exit: 0, accepted: true, to: 'claude_code', channel_revision: 1 })
  expect(rally('c', 'handoff', '--to', 'codx', ...handoff.slice(3))).toMatchObject({ exit: 3 })
  const heard = edit('s', 'b.txt')
  expect(heard).toMatch(/\[message 1 from codex-1, \S+ ago, handoff\]\n\| take a/)
  expect(heard.split('\n').at(-1)).toBe(
    'rally: to take it: rally handoff accept 1, and when it is done: rally handoff done 1 "…"; else: rally handoff decline 1 "why"',
  )
  const gate = () => rally('c', 'buildloop', 'poll-gate', 'check').exit
  expect(gate()).toBe(5)
  expect(rally('s', 'handoff', 'accept', '1', 'on it')).toMatchObject({ exit: 0, handoff: { state: 'accepted' } })
  expect(list(rally('c', 'claims').claims)).toMatchObject([{ session_id: 's', patterns: ['a.txt'] }])
  expect(patch('c', 'b.txt')).toContain('| on it')
  expect(rally('s', 'handoff', 'accept', '1')).toMatchObject({ exit: 5, error: { code: 'HANDOFF_CLOSED' } })
  expect(gate()).toBe(5)
  expect(rally('s', 'handoff', 'done', '1', 'tests pass')).toMatchObject({ exit: 0, handoff: { state: 'done' } })
  expect(patch('c', 'b.txt')).toContain('| tests pass')
  expect(gate()).toBe(0)
  expect(rally('c', 'handoffs').handoffs).toEqual([])
  expect(rally('c', 'sent', '1').messages).toMatchObject([{ recipients: [{ name: 'claude-1', rung: 'answered' }] }])
})
