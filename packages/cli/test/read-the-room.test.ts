import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cleanEnv, runRally } from './run-rally.js'

let folder: string
let repo: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rally-read-')))
  repo = join(folder, 'repo')
  mkdirSync(repo)
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: repo })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const CLAUDE = { RALLY_SESSION_ID: 'claude-1', RALLY_TOOL: 'claude_code' }
const CODEX = { RALLY_SESSION_ID: 'codex-1', RALLY_TOOL: 'codex' }

const rally = (who: NodeJS.ProcessEnv, ...args: string[]) =>
  runRally(args, { cwd: repo, env: cleanEnv(join(folder, 'home'), who) })
const json = (who: NodeJS.ProcessEnv, ...args: string[]) => {
  const result = rally(who, ...args, '--json')
  return { exit: result.status, ...JSON.parse(result.stdout) }
}

describe('bare rally', () => {
  it('tells a person what to type where no host has hooks, and only then', () => {
    expect(rally({}).stdout).toContain('\nnext  rally hooks install --host claude_code\n')
    expect(rally(CLAUDE).stdout).not.toContain('next')
    mkdirSync(join(repo, '.codex'))
    expect(rally({}).stdout).toContain('\nnext  rally hooks install\n')
    expect(rally({}, 'hooks', 'install').status).toBe(0)
    expect(rally({}).stdout).not.toContain('next')
  })
})

describe('rally status', () => {
  it('answers a person who is in no session', () => {
    expect(json({}, 'status')).toMatchObject({
      exit: 0,
      ok: true,
      session_id: expect.stringMatching(/^human\./),
      status: 'clear',
    })
    expect(existsSync(join(folder, 'home', 'apps'))).toBe(false)
  })

  it('with --check exits 5 while the room is blocked, with all its keys; without it 0', () => {
    const { channel_revision } = json(CODEX, 'escalate', '--reason', 'which one?')
    expect(json(CLAUDE, 'status', '--check')).toMatchObject({
      exit: 5,
      ok: false,
      schema: 'rally.status/1',
      status: 'blocked',
      escalation_count: 1,
      error: {
        code: 'BLOCKED',
        message: expect.stringContaining('which one?'),
        hint: `rally escalate --acknowledges ${channel_revision} --reason "…"`,
      },
    })
    expect(rally(CLAUDE).stdout).toContain(`next  rally escalate --acknowledges ${channel_revision} --reason "…"`)
    expect(json(CLAUDE, 'status')).toMatchObject({ exit: 0, ok: true, status: 'blocked' })
    rally(CLAUDE, 'escalate', '--reason', 'the plain one', '--acknowledges', String(channel_revision))
    expect(json(CLAUDE, 'status', '--check')).toMatchObject({ exit: 0, ok: true, status: 'clear' })
  })

  it('takes owned files from flags and from a list, which has to be there', () => {
    for (const file of ['a.ts', 'b.ts', 'c.ts', 'd.ts']) writeFileSync(join(repo, file), '')
    writeFileSync(join(folder, 'mine.txt'), '# mine\nc.ts\n\n')
    const owned = ['--owned-file', 'a.ts', '--owned-files-csv', 'b.ts', '--owned-files', join(folder, 'mine.txt')]
    expect(json(CLAUDE, 'status', ...owned).dirty_outside_owned).toEqual(['d.ts'])
    const missing = json(CLAUDE, 'status', '--owned-files', join(folder, 'nope.txt'))
    expect(missing).toMatchObject({ exit: 1, ok: false, error: { code: 'READ_FAILED' } })
  })

  it('colours when it is told to, and never marks by colour alone', () => {
    rally(CODEX, 'escalate', '--reason', 'x')
    const coloured = rally({ ...CLAUDE, FORCE_COLOR: '1' }, 'status').stdout
    const plain = rally({ ...CLAUDE, FORCE_COLOR: '1', NO_COLOR: '1' }, 'status').stdout
    expect(coloured).toContain('\u001b[31mblocked')
    expect(plain).toMatch(/^\S+ · \S+ +blocked /)
    expect(plain).not.toContain('\u001b')
  })

  it('stays within the columns that it is given', () => {
    rally(CODEX, 'presence', '--task', 'a task with a rather long description that goes on and on')
    rally(CODEX, 'escalate', '--reason', 'a reason with a rather long description that goes on and on')
    for (const args of [['status'], ['roster'], ['checkpoint', '--peek']]) {
      const { stdout } = rally({ ...CLAUDE, COLUMNS: '40' }, ...args)
      expect(stdout.split('\n').filter((line) => [...line].length > 40)).toEqual([])
    }
  })
})

describe('the inbox', () => {
  it('is read as often as one likes, until it is acknowledged', () => {
    rally(CODEX, 'inbox', 'write', '--to-tool', 'claude_code', '--message', 'look')
    expect(json(CLAUDE, 'inbox', 'read').messages).toMatchObject([
      {
        from: 'codex',
        to: 'claude_code',
        kind: 'message',
        payload: { message: 'look' },
        unread: true,
        source: 'direct',
      },
    ])
    for (const _ of [1, 2]) expect(rally(CLAUDE, 'inbox', 'read').stdout).toContain('  | look\n')
    expect(json(CLAUDE, 'inbox', 'unread')).toMatchObject({ tool: 'claude_code', unread_count: 1 })
    rally(CLAUDE, 'ack-inbox')
    expect(rally(CLAUDE, 'inbox', 'read').stdout).toBe('no unread messages\n')
    expect(json(CLAUDE, 'inbox', 'read', '--all').messages).toMatchObject([{ unread: false, ordinal: 1 }])
    expect(json({}, 'inbox', 'unread', '--tool', 'claude_code').unread_count).toBe(1)
  })

  it('of a person is read without an id', () => {
    expect(json({}, 'inbox', 'read')).toMatchObject({ exit: 0, ok: true, messages: [] })
  })
})

it('rally checkpoint tells each change once', () => {
  rally(CODEX, 'post', 'dep-change', '--message', 'added zod')
  expect(json(CLAUDE, 'checkpoint', '--peek').changed).toBe(true)
  expect(json(CLAUDE, 'checkpoint')).toMatchObject({
    changed: true,
    reactions: [{ type: 'reinstall', action: 'reinstall' }],
  })
  expect(json(CLAUDE, 'checkpoint')).toMatchObject({ changed: false, new_changes: [], reactions: [] })
})

it('rally status-read finds what status-post left, by the tool that was asked for only', () => {
  expect(json(CLAUDE, 'status-read')).toMatchObject({ exit: 0, found: false, latest: null, pointer: null })
  const words = ['--file', 'docs/s.md', '--summary', 'half done', '--committed-sha', 'abc']
  expect(json(CODEX, 'status-post', ...words)).toMatchObject({ action: 'status-posted', accepted: true })
  const summary = 'half done [file=docs/s.md sha=abc]'
  expect(rally(CLAUDE, 'status-read').stdout).not.toContain('[file=')
  expect(json(CLAUDE, 'status-read')).toMatchObject({
    found: true,
    pointer: { file: 'docs/s.md', committed_sha: 'abc', summary, tool: 'codex', revision: 1 },
    latest: { kind: 'status', tool: 'codex', revision: 1, payload: { file: 'docs/s.md', summary } },
  })
  expect(json(CLAUDE, 'status-read', '--tool', 'gemini').found).toBe(false)
})

it('rally lead status says who leads', () => {
  expect(rally(CLAUDE, 'lead', 'status').stdout).toContain('nobody leads')
  rally(CODEX, 'lead', 'claim')
  expect(json(CLAUDE, 'lead', 'status')).toMatchObject({
    lease_valid: true,
    seat: 'held',
    lead: { lead: { tool: 'codex' } },
  })
})

it('rally watch takes a number of seconds', () => {
  const result = rally(CLAUDE, 'watch', '--interval', 'soon', '--json')
  expect(result.status).toBe(2)
  expect(JSON.parse(result.stdout)).toMatchObject({ ok: false, error: { code: 'USAGE' } })
})

it('rally roster --format json is --json', () => {
  rally(CODEX, 'presence')
  const document = JSON.parse(rally(CLAUDE, 'roster', '--format', 'json').stdout)
  expect(document).toMatchObject({ ok: true, live_count: 1, agents: [{ session_id: 'codex-1' }] })
})
