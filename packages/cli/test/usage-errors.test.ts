import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { cleanEnv, runRally } from './run-rally.js'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'rally usage '))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const SENT = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

const CRUEL = 'x\u001b[2J\u009b31m\u202e\u0007'

it.each([
  ['a flag', ['status', `--${CRUEL}`]],
  ['an argument', ['status', CRUEL]],
  ['a value', ['inbox', 'write', '--payload', CRUEL, '--to-tool', CRUEL]],
  ['a number', ['watch', '--iterations', CRUEL]],
  ['a choice', ['hooks', 'install', '--scope', CRUEL]],
  ['a command', [CRUEL]],
  ['a second word', ['inbox', CRUEL]],
  ['a folder', ['status', '--workdir', CRUEL]],
  ["a flag of oclif's own command", ['plugins', 'inspect', `--${CRUEL}`]],
])('control characters of %s are shown, not sent', (_, args) => {
  const { status, stdout, stderr } = runRally(args, { cwd: home, env: cleanEnv(home) })
  expect(status).not.toBe(0)
  expect(stderr).not.toBe('')
  expect(stdout + stderr).not.toMatch(SENT)
})

it('passes over a key of a newer version, and says so beside the answer', () => {
  mkdirSync(join(home, '.config/rally'), { recursive: true })
  writeFileSync(join(home, '.config/rally/config.json'), '{ "newer": { "x": 1 }, "hooks": { "budget": 500 } }')
  execFileSync('git', ['init', '-q'], { cwd: home })
  const { status, stdout, stderr } = runRally(['status', '--json'], { cwd: home, env: cleanEnv(home) })
  expect([status, JSON.parse(stdout).ok]).toEqual([0, true])
  expect(stderr).toContain('config.json: "newer" is no key that this version knows')
  const doctor = runRally(['doctor', '--json'], { cwd: home, env: cleanEnv(home) })
  const { checks } = JSON.parse(doctor.stdout) as { checks: { code: string; severity: string; message: string }[] }
  expect(checks.filter(({ code }) => code === 'configuration')).toMatchObject([
    { severity: 'warning', message: expect.stringContaining('"newer"') },
  ])
})

it('says which character it was', () => {
  const { stderr } = runRally(['status', '--no\u001b[2J'], { cwd: home, env: cleanEnv(home) })
  expect(stderr).toContain('\\x1b[2J')
})

it.each([
  [['tell'], 'WHO and TEXT are missing', 'rally tell --help'],
  [['tell', 'codex'], 'TEXT is missing', 'rally tell --help'],
  [['escalate'], '--reason is missing', 'rally escalate --help'],
  [['log', '--limit', 'x'], '--limit: expected an integer but received: x', 'rally log --help'],
  [['log', '--limit', '5', '--all'], 'cannot also be provided', 'rally log --help'],
  [
    ['inbox', 'write', '--message', 'x'],
    'exactly one of the following must be provided: --to, --to-tool',
    'rally inbox write --help',
  ],
  [
    ['hooks', 'install', '--diff'],
    'all of the following must be provided when using --diff: --dry-run',
    'rally hooks install --help',
  ],
  [['hooks', 'install', '--scope', 'x'], 'expected --scope=x to be one of: ', 'rally hooks install --help'],
  [['status', 'x'], 'unexpected argument: x', 'rally status --help'],
  [['status', '--nothing-like-it'], 'there is no flag --nothing-like-it', 'rally status --help'],
  [['buildloop', 'bootstrap', '--topic', 'x'], '--scope is missing', 'rally buildloop bootstrap --help'],
])('%j is refused in plain words, with a command that helps', (args, message, help) => {
  const { status, stdout, stderr } = runRally(args, { cwd: home, env: cleanEnv(home) })
  expect([status, stdout]).toEqual([2, ''])
  const [said, advice, ...more] = stderr
    .trimEnd()
    .replace(/\n {2,}/g, ' ')
    .split('\n')
  expect([said, advice, more]).toEqual([expect.stringContaining(message), `try: ${help}`, []])
  expect(runRally(help.split(' ').slice(1), { cwd: home, env: cleanEnv(home) }).status).toBe(0)
})
