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
