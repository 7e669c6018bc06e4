import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { obj, str } from '@rally/core/readers'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { socketFolder } from '../../../scripts/socket-folder.mjs'
import { cleanEnv, runRally } from './run-rally.js'

// The doorbells of two hosts against a socket and a program that stand for the real ones.

const HOOK = join(import.meta.dirname, '..', 'bin', 'rally-hook.cjs')
const SENTENCE = 'rally: you have a message; it follows with this prompt.'

let folder: string
let repo: string
let server: Server | undefined
let sockets: string | undefined
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally bell ')))
  repo = join(folder, 'shop')
  for (const name of [repo, join(folder, 'home'), join(folder, 'bin')]) mkdirSync(name)
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid']
  for (const args of [
    ['init', '-q', '-b', 'main'],
    [...identity, 'commit', '-q', '--allow-empty', '-m', 'one'],
  ])
    execFileSync('git', args, { cwd: repo, stdio: 'ignore' })
})
afterEach(() => {
  server?.close()
  if (sockets !== undefined) rmSync(sockets, { recursive: true, force: true })
  server = undefined
  rmSync(folder, { recursive: true, force: true })
})

const env = (more: NodeJS.ProcessEnv = {}) => {
  const clean = cleanEnv(join(folder, 'home'), more)
  return { ...clean, PATH: `${join(folder, 'bin')}:${clean.PATH}` }
}
function hook(host: string, session_id: string, hook_event_name: string, more: object = {}): string {
  const codex = host === 'codex' ? { turn_id: '1', model: 'm' } : {}
  const { stdout } = spawnSync(process.execPath, [HOOK, host, hook_event_name], {
    cwd: repo,
    env: env(host === 'codex' ? {} : { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: session_id }),
    input: JSON.stringify({ session_id, hook_event_name, transcript_path: 't', cwd: repo, ...codex, ...more }),
    encoding: 'utf8',
  })
  return stdout === '' ? '' : str(obj(obj(JSON.parse(stdout)).hookSpecificOutput).additionalContext)
}
function rally(session: string, ...args: string[]): { exit: number | null; [key: string]: unknown } {
  const { stdout, status } = runRally([...args, '--json'], { cwd: repo, env: env({ RALLY_SESSION_ID: session }) })
  return { exit: status, ...obj(JSON.parse(stdout)) }
}
const idle = (host: string, id: string) => {
  hook(host, id, 'SessionStart', { source: 'startup' })
  hook(host, id, 'Stop')
}
const room = () => str(rally('x', 'where').channel_dir)
const presence = (id: string) => obj(JSON.parse(readFileSync(join(room(), `sessions/${id}.json`), 'utf8')))

/** A `codex` that writes down how it was called. */
function putCodex(exit = 0): void {
  const path = join(folder, 'bin/codex')
  writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' "$@" >> "${join(folder, 'calls')}"\nexit ${exit}\n`)
  chmodSync(path, 0o755)
}
const calls = () => (existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8') : '')

it('a command of the host is called with the fixed sentence, once in two minutes; the prompt that begins tells the message', () => {
  putCodex()
  idle('codex', 'c-1')
  hook('claude_code', 's', 'SessionStart', { source: 'startup' })
  const told = rally('s', 'tell', 'codex-1', 'secret words of a peer', '--wake')
  expect(told).toMatchObject({
    exit: 0,
    rings: [{ session_id: 'c-1', name: 'codex-1', rung: true, why: null }],
    recipients: [{ hears: 'rung' }],
  })
  expect(calls().split('\n')).toEqual(['queue', '--thread', 'c-1', '--resume', '--message', SENTENCE, ''])
  expect(rally('s', 'ring', 'codex-1').rings).toMatchObject([
    { rung: false, why: 'it was rung less than two minutes ago' },
  ])
  expect(hook('codex', 'c-1', 'UserPromptSubmit', { prompt: SENTENCE })).toContain('| secret words of a peer')
  // A ring is no task of the agent.
  expect(existsSync(join(room(), 'hook/prompts/c-1.json'))).toBe(false)
  expect(rally('s', 'sent', '1').messages).toMatchObject([
    { recipients: [{ rung: 'told', rung_at: expect.any(Number) }] },
  ])
  // What was rung does not ring back.
  hook('claude_code', 's', 'Stop')
  expect(rally('c-1', 'reply', '1', 'yes', '--wake').rings).toMatchObject([
    { rung: false, why: expect.stringMatching('less than ten minutes') },
  ])
})

it('a socket of the session itself gets one line; nothing of it is kept', async () => {
  idle('claude_code', 's')
  hook('codex', 'c', 'SessionStart')
  sockets = mkdtempSync(join(socketFolder(), 'd-'))
  const path = join(sockets, 'inbox.sock')
  let got = ''
  server = createServer((socket) => socket.on('data', (data) => (got += data)))
  await new Promise<void>((ready) => server?.listen(path, ready))
  const sessions = join(folder, 'home/.claude/sessions')
  mkdirSync(sessions, { recursive: true })
  const file = join(sessions, `${presence('s').host_pid}.json`)
  const facts = { sessionId: 's', messagingSocketPath: path, token: 'never-store-me', status: 'idle' }
  writeFileSync(file, JSON.stringify({ ...facts, sessionId: 'another' }))
  expect(rally('c', 'ring', 'claude-1').rings).toMatchObject([{ rung: false, why: 'its inbox was not found' }])
  rmSync(join(room(), 'hook/room/rings.jsonl'))
  writeFileSync(file, JSON.stringify(facts))
  expect(rally('c', 'tell', 'claude-1', 'words', '--wake').rings).toMatchObject([{ rung: true }])
  for (let i = 0; i < 5000 && !got.endsWith('\n'); i++) await sleep(20)
  const line = obj(JSON.parse(got))
  expect([line.type, obj(line.message).content]).toEqual([
    'user',
    `<cross-session-message from="rally" from-name="rally">${SENTENCE}</cross-session-message>`,
  ])
  const kept = spawnSync('grep', ['-rlE', 'never-store-me|inbox.sock', room()], { encoding: 'utf8' }).stdout
  expect(kept).toBe('')
})

it('nobody is rung who works, who has ended, or when the person or the repository said never; a program that fails is said', () => {
  putCodex(7)
  hook('codex', 'c-1', 'SessionStart')
  hook('claude_code', 's', 'SessionStart', { source: 'startup' })
  const why = () => obj((rally('s', 'ring', 'codex-1').rings as unknown[])[0]).why
  expect(why()).toBe('it works, and hears it at its next tool call')
  hook('codex', 'c-1', 'Stop')
  writeFileSync(join(repo, '.rally.json'), '{"hooks":{"wake":"never"}}')
  expect(why()).toBe('hooks.wake is never')
  writeFileSync(join(repo, '.rally.json'), '{"hooks":{"wake":"all"}}')
  // The repository cannot raise what the person allows: without --wake nothing rings.
  expect(rally('s', 'tell', 'codex-1', 'x').rings).toBe(null)
  expect(why()).toBe('codex ended with 7')
  expect(calls()).not.toBe('')
  mkdirSync(join(folder, 'home/.config/rally'), { recursive: true })
  writeFileSync(join(folder, 'home/.config/rally/config.json'), '{"hooks":{"wake":"asks"}}')
  expect(rally('s', 'ask', 'codex-1', 'may I?').rings).toMatchObject([
    { rung: false, why: expect.stringMatching('two minutes') },
  ])
})

it('two agents that answer each other ring each of them at most once in two minutes', () => {
  putCodex()
  for (const id of ['c-1', 'c-2']) idle('codex', id)
  mkdirSync(join(folder, 'home/.config/rally'), { recursive: true })
  writeFileSync(join(folder, 'home/.config/rally/config.json'), '{"hooks":{"wake":"all"}}')
  let number = rally('c-1', 'tell', 'codex-2', 'ping').number
  for (let turn = 0; turn < 4; turn++) {
    const hears = turn % 2 === 0 ? 'c-2' : 'c-1'
    hook('codex', hears, 'UserPromptSubmit', { prompt: SENTENCE })
    number = rally(hears, 'reply', String(number), `answer ${turn}`).number
    hook('codex', hears, 'Stop')
  }
  const rung = calls().match(/^c-\d$/gm) ?? []
  expect(rung.filter((id) => id === 'c-2')).toEqual(['c-2'])
  expect(rung.filter((id) => id === 'c-1').length).toBeLessThanOrEqual(1)
}, 120_000)

it('a tool of odd characters, of which nobody else is here, is named without them', () => {
  const tool = `c\u001b[2J\u0007\u202e${'x'.repeat(1_000)}`
  const ann = ['--session-id', 'ann-1', '--tool', tool]
  runRally(['presence', ...ann], { cwd: repo, env: env() })
  const { stdout, status } = runRally(['ring', tool, ...ann], { cwd: repo, env: env() })
  expect([stdout.trim(), status]).toEqual([expect.stringMatching(/^nobody of cx+… is here$/), 0])
  expect(stdout.length).toBeLessThan(300)
})
