import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
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
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { cleanEnv, RALLY, runRally } from './run-rally.js'

// `rally watch --notify` as a person runs it: a real command of the configuration, real matters.

let folder: string
let repo: string
let running: ChildProcess[]
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally notify ')))
  repo = join(folder, 'shop')
  mkdirSync(repo)
  mkdirSync(join(folder, 'home/.config/rally'), { recursive: true })
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: repo })
  running = []
})
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const env = (more: NodeJS.ProcessEnv = {}) => cleanEnv(join(folder, 'home'), more)
const as = (session: string, ...args: string[]) => {
  const tool = session.startsWith('codex') ? 'codex' : 'claude_code'
  const end = runRally(args, { cwd: repo, env: env({ RALLY_SESSION_ID: session, RALLY_TOOL: tool }) })
  expect(end.status, end.stderr).toBe(0)
}
const configure = (...notify: string[]) =>
  writeFileSync(join(folder, 'home/.config/rally/config.json'), JSON.stringify({ notify }))
const said = () => (existsSync(join(folder, 'said')) ? readFileSync(join(folder, 'said'), 'utf8') : '')
const soon = { timeout: 120_000, interval: 100 }

/** A person watches; answers what went to stderr. */
function watch(...args: string[]): () => string {
  const command = [RALLY, 'watch', '--notify', '--jsonl', '--interval', '0.3', ...args]
  const child = spawn(process.execPath, command, { cwd: repo, env: env(), stdio: ['ignore', 'ignore', 'pipe'] })
  running.push(child)
  let errors = ''
  child.stderr.on('data', (bytes) => {
    errors += bytes
  })
  return () => errors
}

it('tells the person of a block, a question, a silent task and a collision, once each, never through a shell', async () => {
  const program = join(folder, 'say it')
  writeFileSync(program, `#!/bin/sh\nprintf '%s|' "$@" >> "${folder}/said"\nprintf '\\n' >> "${folder}/said"\n`)
  chmodSync(program, 0o755)
  configure(program, '{kind}', '{title}', '{text}')
  as('claude-s', 'presence', '--task', 'prices')
  const errors = watch('--task-heartbeat-grace-seconds', '0')

  as('claude-s', 'heartbeat', '--task-ref', 'T1', '--progress', 'x', '--interval-seconds', '1')
  await expect.poll(said, soon).toMatch(/^silent\|rally: shop\|.*T1/m)
  as('claude-s', 'presence', '--task', 'prices', '--files-in-flight', 'a.txt')
  as('codex-s', 'presence', '--task', 'page', '--files-in-flight', 'a.txt')
  await expect.poll(said, soon).toMatch(/^collision\|rally: shop\|.*a\.txt/m)
  as('codex-s', 'ask', 'human', 'which $(touch "$HOME/hacked"; `touch hacked`) one?', '--unseen')
  await expect.poll(said, soon).toMatch(/^asked\|rally: shop\|codex-1 asks: .*\$\(touch .*rally reply \S+/m)
  as('codex-s', 'escalate', '--reason', 'two designs')
  await expect.poll(said, soon).toMatch(/^blocked\|rally: shop\|.*two designs/m)
  expect(existsSync(join(folder, 'home/hacked')) || existsSync(join(repo, 'hacked'))).toBe(false)
  // What goes on is no news.
  as('codex-s', 'presence', '--task', 'page again', '--files-in-flight', 'a.txt')
  as('claude-s', 'tell', 'codex', 'hello')
  await new Promise((resolve) => setTimeout(resolve, 1500))
  for (const kind of ['silent', 'collision', 'asked', 'blocked'])
    expect(said().match(new RegExp(`^${kind}\\|`, 'gm')), `${kind}\n${said()}`).toHaveLength(1)
  expect(errors()).toBe('')
}, 300_000)

it('says on stderr that a command cannot be run or failed, and goes on; without one it is a usage error', async () => {
  const none = runRally(['watch', '--notify', '--iterations', '1'], { cwd: repo, env: env() })
  expect([none.status, none.stderr]).toEqual([2, expect.stringContaining('no notice command is configured')])
  configure(join(folder, 'not there'), '{text}')
  const missing = watch()
  as('codex-s', 'escalate', '--reason', 'first')
  await expect.poll(missing, soon).toMatch(/a notice was not told: .*not there could not be run/)
  configure('false', '{text}')
  const failing = watch()
  await expect.poll(failing, soon).toContain('a notice was not told: false ended with 1')
  expect(running.map(({ exitCode }) => exitCode)).toEqual([null, null])
}, 300_000)
