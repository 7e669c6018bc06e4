import { execFileSync } from 'node:child_process'
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
  env = cleanEnv(join(root, 'home'))
  channel = join(root, 'home', 'apps', 'shop')
  expect(runRally(['post', 'feedback', '--session-id', 's1'], { cwd: repo, env }).status).toBe(0)
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

function doctor(...args: string[]): { status: number | null; find: (code: string) => Finding | undefined } {
  const { status, stdout } = runRally(['doctor', '--json', ...args], { cwd: repo, env })
  const { checks } = JSON.parse(stdout) as { checks: Finding[] }
  return { status, find: (code) => checks.find((check) => check.code === code) }
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
    for (const code of ['version', 'channel', 'integrity', 'disk', 'clock', 'transports', 'hook-journal']) {
      expect(find(code)?.severity, code).toBe('ok')
    }
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
    expect([fixed.find('permissions'), fixed.find('leftovers')]).toEqual([undefined, undefined])
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
