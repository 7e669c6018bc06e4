import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// The program as it is when the build loop's plugin is taken away: everything else goes on working.

const cli = join(import.meta.dirname, '../packages/cli')
const PLUGIN = '@rally/host-buildloop'

let folder: string
let repo: string
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally without ')))
  repo = join(folder, 'demo-app')
  mkdirSync(repo)
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], { cwd: repo })
  git('init', '-q', '-b', 'main')
  git('commit', '-q', '--allow-empty', '-m', 'one')
  // As a run started earlier left it.
  mkdirSync(join(repo, '.build-loop'))
  writeFileSync(join(repo, '.build-loop/state.json'), '{"execution":{"build_loop_id":"bl-1"}}')
  const copy = join(folder, 'program')
  for (const name of ['bin', 'dist', 'oclif.manifest.json'])
    cpSync(join(cli, name), join(copy, name), { recursive: true })
  rmSync(join(copy, 'dist/hosts/buildloop.cjs'))
  rmSync(join(copy, 'dist/bundled', PLUGIN), { recursive: true })
  const pkg = JSON.parse(readFileSync(join(cli, 'package.json'), 'utf8'))
  pkg.oclif.plugins = pkg.oclif.plugins.filter((name: string) => name !== PLUGIN)
  writeFileSync(join(copy, 'package.json'), JSON.stringify(pkg))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function rally(...args: string[]) {
  const env = {
    PATH: process.env.PATH,
    HOME: join(folder, 'home'),
    AGENT_RALLY_APPS_ROOT: join(folder, 'apps'),
    RALLY_SESSION_ID: 's1',
    RALLY_TOOL: 'codex',
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'program/bin/rally.cjs'), ...args], {
    cwd: repo,
    env,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

it('a run cannot be started, and the answer says what to do', () => {
  const { status, stdout } = rally('run', 'start', '--json')
  expect(status).toBe(2)
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    error: { code: 'RUN_IDENTITY_UNSUPPORTED', hint: expect.stringContaining('@rally/host-buildloop') },
  })
  expect(rally('run', 'show')).toMatchObject({ status: 2, stdout: '' })
})

it('its own commands are unknown', () => {
  expect(rally('buildloop', 'preamble').status).not.toBe(0)
})

const OWNERSHIP = ['--owns', 'a.js', '--interface-contract', 'f', '--integration-checkpoint', 'c']

describe('every other command works', () => {
  it.each<readonly string[]>([
    ['where'],
    ['presence', '--task', 'x'],
    ['heartbeat', '--task-ref', 'T-1'],
    ['post', 'feedback', '--message', 'x'],
    ['handoff', '--to', 'cursor', ...OWNERSHIP],
    ['inbox', 'write', '--to-tool', 'codex', '--payload-json', '{}'],
    ['inbox', 'read'],
    ['inbox', 'unread'],
    ['ack-inbox'],
    ['status', '--task-ref', 'T-1'],
    ['checkpoint'],
    ['roster'],
    ['watch', '--iterations', '1'],
    ['lead', 'claim'],
    ['lead', 'status'],
    ['standby', '--reason', 'x', '--wake-after', '+30m'],
    ['wake-due'],
    ['status-post', '--file', 'a.md'],
    ['status-read'],
    ['escalate', '--reason', 'x'],
    ['hosts'],
    ['plugins'],
    ['stop'],
  ])('%s', (...words) => {
    const json = words[0] === 'watch' || words[0] === 'plugins' ? [] : ['--json']
    const { status, stdout, stderr } = rally(...words, ...json)
    expect(status, stderr).toBe(0)
    expect(stderr).not.toMatch(/warning|error|host-buildloop/i)
    if (json.length > 0) expect(JSON.parse(stdout)).toMatchObject({ ok: true })
  })

  it('the others are still hosts', () => {
    const { hosts } = JSON.parse(rally('hosts', '--json').stdout)
    const ids = hosts.map(({ id }: { id: string }) => id)
    expect(ids).toEqual(['claude_code', 'codex', 'cursor', 'gemini'])
    expect(hosts.every(({ refusal }: { refusal: unknown }) => refusal === null)).toBe(true)
  })

  it('nothing that was written speaks of a run', () => {
    expect(readFileSync(join(folder, 'apps/demo-app/changes.jsonl'), 'utf8')).not.toContain('bl-1')
  })
})
