import { execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cleanEnv, runRally } from './run-rally.js'

interface Finding {
  readonly code: string
  readonly severity: string
  readonly place: string | null
  readonly message: string
  readonly fix: string | null
}

let root: string
let repo: string
let channel: string
let env: NodeJS.ProcessEnv
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'rally-doctor-')))
  repo = join(root, 'shop')
  fs.mkdirSync(repo)
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: repo })
  // Traces of hooks that crashed are read from the cache: the shared one has those of other tests.
  env = cleanEnv(join(root, 'home'), { XDG_CACHE_HOME: join(root, 'cache') })
  channel = join(root, 'home', 'apps', 'shop')
  expect(runRally(['post', 'feedback', '--session-id', 's1'], { cwd: repo, env }).status).toBe(0)
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

interface Doctor {
  readonly status: number | null
  readonly checks: readonly Finding[]
  readonly find: (code: string) => Finding | undefined
}

function doctor(...args: string[]): Doctor {
  const { status, stdout } = runRally(['doctor', '--json', ...args], { cwd: repo, env })
  const { checks } = JSON.parse(stdout) as { checks: Finding[] }
  return { status, checks, find: (code) => checks.find((check) => check.code === code) }
}

function journal(lines: readonly object[]): void {
  const folder = join(root, 'home', '.local', 'state', 'rally')
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(join(folder, 'hooks.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
}

describe('rally doctor', () => {
  it('finds nothing broken in a room that works', () => {
    const { status, find } = doctor()
    expect(status).toBe(0)
    const codes = ['version', 'channel', 'integrity', 'lock', 'disk', 'permissions', 'state', 'clock', 'configuration']
    for (const code of [...codes, 'plugins', 'transports', 'hooks', 'hook-journal', 'relay']) {
      expect(find(code)?.severity, code).toBe('ok')
    }
  })

  it('says that no hooks are installed, and the next command, until they are', () => {
    for (const name of ['bin', 'home/.claude']) fs.mkdirSync(join(root, name), { recursive: true })
    fs.symlinkSync(join(import.meta.dirname, '../bin/rally-hook.cjs'), join(root, 'bin/rally-hook'))
    env = { ...env, PATH: `${join(root, 'bin')}:${env.PATH}` }
    const text = () => runRally(['doctor'], { cwd: repo, env })
    const [before, found] = [text(), doctor().find('hooks-none')]
    expect(before.status).toBe(0)
    expect(before.stdout).toMatch(/^note +hooks-none .*neither see nor hear.*\n {2}try: rally hooks install\n/)
    expect(before.stdout).toMatch(/: nothing is wrong; hooks are not installed yet\n$/)
    expect([found?.severity, found?.fix]).toEqual(['info', 'rally hooks install'])
    expect(runRally(['hooks', 'install', '--host', 'claude_code'], { cwd: repo, env }).status).toBe(0)
    expect([text().stdout.includes('hooks-none'), doctor().find('hooks-none')]).toEqual([false, undefined])
  })

  it('repairs what is safe, and only when asked', () => {
    fs.chmodSync(channel, 0o755)
    fs.mkdirSync(join(channel, 'sessions'), { recursive: true })
    const leftover = join(channel, 'sessions', '.a.json.tmp.1-ab')
    fs.writeFileSync(leftover, '')
    const old = Date.now() / 1000 - 7200
    fs.utimesSync(leftover, old, old)
    fs.appendFileSync(join(channel, 'changes.jsonl'), 'damaged\n')
    const before = fs.readFileSync(join(channel, 'changes.jsonl'), 'utf8')

    const looked = doctor()
    expect([looked.find('permissions')?.severity, looked.find('leftovers')?.severity]).toEqual(['info', 'info'])
    expect(fs.existsSync(leftover)).toBe(true)

    const fixed = doctor('--fix')
    expect(fixed.find('fixed')?.place).toBe(channel)
    expect([fixed.find('permissions')?.severity, fixed.find('leftovers')]).toEqual(['ok', undefined])
    expect(fs.statSync(channel).mode & 0o777).toBe(0o700)
    expect(fs.existsSync(leftover)).toBe(false)
    expect(fixed.find('damaged-lines')?.place).toBe(`${join(channel, 'changes.jsonl')}:2`)
    expect(fs.readFileSync(join(channel, 'changes.jsonl'), 'utf8')).toBe(before)
  })

  it('reads the hook journal: how fast, and what failed', () => {
    const t = Date.now() / 1000
    const call = (ms: number, code = 'quiet', at = t) => ({ t: at, host: 'hostx', event: 'Edit', ms, code })
    const calls = Array.from({ length: 99 }, (_, i) => call(i + 1))
    journal([...calls, call(700, 'fault:ENOSPC'), call(90_000, 'quiet', t - 8 * 86_400), { t, ms: 'x' }])
    const { find } = doctor()
    expect(find('hook-journal')?.message).toBe('hostx: 100 hook calls in seven days, p50 50 ms, p99 99 ms')
    expect(find('hook-faults')?.message).toContain('fault:ENOSPC at hostx Edit (1)')
    journal(Array.from({ length: 30 }, () => call(800)))
    expect(doctor().find('hook-slow')?.severity).toBe('warning')
  })

  it('notices a clock that fell behind, and another program on PATH', () => {
    const future = Date.now() / 1000 + 3600
    fs.utimesSync(join(channel, 'changes.jsonl'), future, future)
    const bin = join(root, 'other', 'bin')
    fs.mkdirSync(bin, { recursive: true })
    fs.writeFileSync(join(root, 'other', 'package.json'), '{"version":"0.0.7"}')
    for (const name of ['rally', 'rally-hook']) fs.writeFileSync(join(bin, name), '', { mode: 0o755 })
    env = { ...env, PATH: `${bin}:${env.PATH}` }
    const { find } = doctor()
    expect(find('clock')?.severity).toBe('warning')
    expect(find('program-on-path')?.message).toContain('0.0.7')
    expect(find('hook-executable')?.severity).toBe('warning')
  })

  it('names a hook that a host would run twice', () => {
    const folder = join(repo, '.claude')
    fs.mkdirSync(folder)
    const { status } = runRally(['hooks', 'install', '--host', 'claude_code', '--scope', 'project'], { cwd: repo, env })
    expect(status).toBe(0)
    const file = join(folder, 'settings.json')
    const settings = JSON.parse(fs.readFileSync(file, 'utf8')) as { hooks: Record<string, unknown[]> }
    const [event] = Object.keys(settings.hooks) as [string]
    settings.hooks[event] = [...(settings.hooks[event] ?? []), ...(settings.hooks[event] ?? [])]
    fs.writeFileSync(file, JSON.stringify(settings))
    expect(doctor().find('hooks-double')).toMatchObject({ severity: 'warning', place: file })
  })

  it('names who holds the lock that every writer needs', async () => {
    const lock = join(channel, 'revision.lock')
    const holder = spawn('flock', ['-x', lock, 'sleep', '60'], { stdio: 'ignore' })
    try {
      await new Promise((resolve) => setTimeout(resolve, 300))
      const { status, find } = doctor()
      expect(status).toBe(1)
      expect(find('lock')).toMatchObject({ severity: 'error', place: lock })
      if (fs.existsSync('/proc/locks')) expect(find('lock')?.fix).toContain(`kill ${holder.pid}`)
    } finally {
      holder.kill()
    }
  })

  it('names what stands in the way of a room, of its own folder and of a configuration, each once', () => {
    fs.rmSync(join(root, 'home', '.local'), { recursive: true, force: true })
    fs.writeFileSync(join(root, 'home', '.local'), 'no folder')
    fs.writeFileSync(join(repo, '.rally.json'), '{')
    const { status, checks } = doctor()
    expect(status).toBe(1)
    const wrong = checks.filter(({ severity }) => severity === 'error' || severity === 'warning')
    expect(wrong.map(({ code, place }) => [code, place])).toEqual([
      ['hook-executable', null],
      ['state', join(root, 'home', '.local')],
      ['configuration', join(repo, '.rally.json')],
    ])
    fs.rmSync(join(repo, '.rally.json'))
    fs.rmSync(channel, { recursive: true })
    fs.writeFileSync(channel, '')
    expect(doctor().find('channel')).toMatchObject({ severity: 'error', place: channel })
  })

  it('names hooks that call another program, and a file that its host cannot read either', () => {
    for (const host of ['.claude', '.cursor']) fs.mkdirSync(join(repo, host))
    expect(runRally(['hooks', 'install'], { cwd: repo, env }).status).toBe(0)
    const program = join(root, 'old', 'bin', 'rally-hook')
    fs.mkdirSync(join(root, 'old', 'bin'), { recursive: true })
    fs.writeFileSync(join(root, 'old', 'package.json'), '{"version":"0.0.7"}')
    fs.writeFileSync(program, '')
    const settings = join(repo, '.claude', 'settings.json')
    fs.writeFileSync(settings, fs.readFileSync(settings, 'utf8').replaceAll('rally-hook', program))
    const hooks = join(repo, '.cursor', 'hooks.json')
    fs.writeFileSync(hooks, '{\n"hooks": {')
    const { status, find } = doctor()
    expect(status).toBe(1)
    expect(find('hooks-skew')).toMatchObject({ severity: 'warning', place: settings })
    expect(find('hooks-skew')?.message).toContain('0.0.7')
    expect(find('hooks-stale')?.place).toBe(settings)
    expect(find('hooks-unknown')).toMatchObject({ severity: 'error', place: `${hooks}:2` })
    fs.rmSync(program)
    expect(doctor().find('hooks-skew')?.message).toContain('is not there')
  })

  it('says what keeps hooks from running, and what a host waits for', () => {
    for (const host of ['.claude', '.codex']) fs.mkdirSync(join(repo, host))
    expect(runRally(['hooks', 'install'], { cwd: repo, env }).status).toBe(0)
    const bin = join(import.meta.dirname, '..', 'bin')
    const path = join(root, 'path')
    fs.mkdirSync(path)
    fs.symlinkSync(join(bin, 'rally-hook.cjs'), join(path, 'rally-hook'))
    env = { ...env, PATH: `${path}:${env.PATH}` }
    fs.writeFileSync(join(repo, '.claude', 'settings.local.json'), '{"disableAllHooks": true}')
    const { find } = doctor()
    expect(find('hook-executable')).toMatchObject({ severity: 'ok', place: join(bin, 'rally-hook.cjs') })
    expect(find('hooks-off')?.message).toContain('disableAllHooks')
    expect(find('hooks-untrusted')?.fix).toContain('codex')
  })

  it('names a plugin that is listed and gone', () => {
    const folder = join(root, 'plugin')
    fs.mkdirSync(folder)
    const manifest = { name: 'rally-gone', version: '1.0.0', oclif: { commands: './commands' } }
    fs.writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
    const { status, stderr } = runRally(['plugins', 'link', folder, '--no-install'], { cwd: repo, env })
    expect(status, stderr).toBe(0)
    expect(doctor().find('plugin-refused')).toBeUndefined()
    fs.rmSync(folder, { recursive: true })
    const { status: broken, find } = doctor()
    expect(broken).toBe(1)
    expect(find('plugin-refused')).toMatchObject({ severity: 'error', place: folder })
  })

  it('has every code explained', () => {
    const pages = fs.readFileSync(join(import.meta.dirname, '../../../docs/reference/doctor.md'), 'utf8')
    const folder = join(import.meta.dirname, '../src/doctor')
    const sources = fs
      .readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.ts'))
    const codes = sources.flatMap((name) => {
      const text = fs.readFileSync(join(folder, name), 'utf8')
      return [...text.matchAll(/\b(?:ok|problem)\(\s*'([a-z-]+)'/g)].map((match) => match[1])
    })
    expect(codes.length).toBeGreaterThan(15)
    expect([...new Set(codes)].filter((code) => !pages.includes(`\`${code}\``))).toEqual([])
  })
})
