import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeHookMachine, snapshot } from './hook-machine.js'

interface Hook {
  readonly host: string
  readonly event: string
  readonly verdict: string
  readonly reason: string
  readonly remedy: string | null
}

describe('rally hooks install and uninstall', () => {
  it('take the hosts that are set up here, change nothing the second time, and leave no trace', () => {
    const machine = makeHookMachine()
    machine.lay('.claude/settings.json', '{\n\t"model": "opus"\n}')
    mkdirSync(join(machine.home, '.gemini'))
    const before = snapshot(machine.repo)
    const first = machine.json('hooks', 'install').out
    expect(first.files).toMatchObject([
      { host: 'claude_code', kind: 'hooks', action: 'change' },
      { host: 'claude_code', kind: 'text', action: 'create' },
      { host: 'gemini', kind: 'hooks', action: 'create' },
      { host: 'gemini', kind: 'text', action: 'create' },
    ])
    expect(first).toMatchObject({ ok: true, scope: 'project', dry_run: false, warning: null })
    expect(existsSync(join(machine.repo, '.claude/skills/agent-rally-point/SKILL.md'))).toBe(true)
    const installed = snapshot(machine.root)
    expect(machine.json('hooks', 'install').out.files).toMatchObject([{}, {}, {}, {}].map(() => ({ action: 'none' })))
    expect(snapshot(machine.root)).toEqual(installed)
    expect(machine.json('hooks', 'status', '--host', 'claude-code').out).toMatchObject({
      hosts: [{ state: 'installed' }],
    })
    expect(machine.json('hooks', 'uninstall').status).toBe(0)
    expect(snapshot(machine.repo)).toEqual(before)
    expect(machine.text('hooks', 'uninstall').stdout).toContain('nothing of rally')
  })

  it('show the difference and write nothing in a dry run', () => {
    const machine = makeHookMachine()
    machine.lay('.codex/hooks.json', '{}\n')
    const before = snapshot(machine.root)
    const { stdout } = machine.text('hooks', 'install', '--dry-run')
    expect(stdout).toContain('codex  .codex/hooks.json  would be changed (8 hooks)')
    expect(stdout).not.toContain('"hooks"')
    const every = ['claude_code', 'codex', 'cursor', 'gemini'].flatMap((host) => ['--host', host])
    expect(
      machine
        .text('hooks', 'install', '--dry-run', ...every)
        .stdout.trim()
        .split('\n').length,
    ).toBeLessThanOrEqual(10)
    expect(machine.text('hooks', 'install', '--dry-run', '--diff').stdout).toContain('\n+  "hooks": {\n')
    expect(stdout).toContain('next     codex: Trust this project')
    expect(stdout).not.toContain('undo')
    const after = snapshot(machine.root)
    for (const name of Object.keys(after)) if (name.startsWith('home/')) delete after[name]
    for (const name of Object.keys(before)) if (name.startsWith('home/')) delete before[name]
    expect(after).toEqual(before)
  })

  it('refuse a file untouched with line and column, and do the others', () => {
    const machine = makeHookMachine()
    machine.lay('.claude/settings.json', '{\n  "a": 1 // mine\n}\n')
    machine.lay('.cursor/hooks.json', '{ "version": 1 }')
    const { status, out } = machine.json('hooks', 'install')
    expect(status).toBe(5)
    expect(out.error).toMatchObject({ code: 'HOOK_FILE_REFUSED' })
    expect(out.error?.message).toContain('.claude/settings.json:2:10 was left as it is')
    expect(out.files).toMatchObject([
      { host: 'claude_code', action: 'refused', refusal: { code: 'comments', line: 2, column: 10 } },
      { action: 'create' },
      { host: 'cursor', action: 'change' },
      { action: 'create' },
    ])
    expect(machine.read('.claude/settings.json')).toBe('{\n  "a": 1 // mine\n}\n')
  })

  it('know the scopes, the home that a host was moved to, and what stays behind', () => {
    const machine = makeHookMachine({ CODEX_HOME: '' })
    machine.env.CODEX_HOME = join(machine.home, 'moved')
    expect(machine.json('hooks', 'install', '--host', 'codex', '--scope', 'user').out.files).toMatchObject([
      { path: join(machine.home, 'moved/hooks.json') },
      { path: join(machine.home, '.agents/skills/agent-rally-point/SKILL.md') },
    ])
    expect(machine.json('hooks', 'uninstall', '--host', 'codex').out.left).toContain(
      join(machine.home, 'moved/hooks.json'),
    )
    expect(machine.json('hooks', 'uninstall', '--host', 'codex', '--scope', 'user').out.left).toEqual([])
    expect(existsSync(join(machine.home, 'moved'))).toBe(false)
  })

  it('say when there is nobody to install for, or no such host', () => {
    const machine = makeHookMachine()
    expect(machine.json('hooks', 'install')).toMatchObject({ status: 2, out: { error: { code: 'HOST_NOT_DETECTED' } } })
    expect(machine.json('hooks', 'install', '--host', 'nobody')).toMatchObject({
      status: 3,
      out: { error: { code: 'HOST_UNKNOWN' } },
    })
  })

  it('say that the lines do nothing without rally-hook, and the lines then end well', () => {
    const machine = makeHookMachine()
    machine.env.PATH = `${join(machine.root, 'empty')}:/usr/bin:/bin`
    const { out } = machine.json('hooks', 'install', '--host', 'cursor')
    expect(out.warning).toContain('rally-hook is not on PATH')
    expect(machine.json('hooks', 'status', '--host', 'cursor').out).toMatchObject({
      rally_hook: null,
      hosts: [{ state: 'shadowed' }],
    })
    const verified = machine.json('hooks', 'verify')
    expect(verified).toMatchObject({ status: 1, out: { error: { code: 'HOOKS_SILENT' } } })
    for (const hook of verified.out.hooks as Hook[]) {
      expect(hook).toMatchObject({ verdict: 'silent', remedy: expect.stringContaining('PATH') })
    }
  })
})

describe('what rally wrote on this machine', () => {
  it('is listed from every repository, and taken out of all of them at once; rooms stay when its own folders go', () => {
    const machine = makeHookMachine()
    const other = join(machine.root, 'other')
    execFileSync('git', ['init', '-q', other])
    const at = (args: readonly string[]) => machine.json(...args, '--workdir', other)
    machine.lay('.claude/settings.json', '{"model": "opus"}')
    mkdirSync(join(machine.home, '.codex'))
    const before = [machine.repo, other, join(machine.home, '.codex')].map(snapshot)
    machine.json('presence', '--task', 'x', '--session-id', 's', '--tool', 'codex')
    machine.json('hooks', 'install', '--host', 'claude_code', '--allow')
    at(['hooks', 'install', '--host', 'codex', '--scope', 'project'])
    machine.json('hooks', 'install', '--host', 'codex', '--scope', 'user', '--trust', '--mcp')
    const places = () =>
      (
        machine.json('hooks', 'list').out.places as { host: string; kind: string; path: string; present: boolean }[]
      ).map(({ host, kind, path, present }) => [host, kind, path.slice(machine.root.length + 1), present].join(' '))
    expect(places()).toEqual(
      expect.arrayContaining([
        'claude_code hooks repo/.claude/settings.json true',
        'claude_code allow repo/.claude/settings.local.json true',
        'codex hooks other/.codex/hooks.json true',
        'codex hooks home/.codex/hooks.json true',
        'codex trust home/.codex/config.toml true',
        'codex mcp home/.codex/config.toml true',
      ]),
    )
    const listed = places()
    expect(machine.text('hooks', 'list', '--host', 'claude_code').stdout).not.toContain('codex')
    // Somebody else takes one away; it is still known.
    rmSync(join(other, '.codex/hooks.json'))
    expect(places()).toContain('codex hooks other/.codex/hooks.json false')

    const everywhere = ['hooks', 'uninstall', '--everywhere'] as const
    const only = machine.json(...everywhere, '--purge', '--dry-run', '--yes').out
    expect(places()).toHaveLength(listed.length)
    const own = only.purged as { path: string; removed: boolean }[]
    expect(own.map(({ path, removed }) => [path.slice(machine.home.length + 1), removed])).toEqual(
      expect.arrayContaining([['.local/state/rally', false]]),
    )
    expect(machine.text(...everywhere, '--purge').stdout).toContain('--yes')
    expect(existsSync(join(machine.home, '.local/state/rally'))).toBe(true)
    const gone = machine.json(...everywhere, '--purge', '--yes').out.purged as { path: string; removed: boolean }[]
    expect(gone.every(({ path, removed }) => removed && !existsSync(path))).toBe(true)
    expect([machine.repo, other, join(machine.home, '.codex')].map(snapshot)).toEqual(before)
    expect(machine.text('hooks', 'list').stdout).toContain('no file')
    expect(machine.json('roster', '--all').out.live_count).toBe(1)
    expect(machine.json('hooks', 'uninstall', '--purge').status).toBe(2)
  })

  it('can be printed instead of written, and is what an install writes', () => {
    const machine = makeHookMachine()
    mkdirSync(join(machine.home, '.claude'))
    const before = snapshot(machine.root)
    const { printed } = machine.json('hooks', 'install', '--print', '--allow').out as unknown as {
      printed: { kind: string; path: string; text: string }[]
    }
    expect(printed.map(({ kind }) => kind)).toEqual(['hooks', 'text', 'allow'])
    const text = machine.text('hooks', 'install', '--print', '--allow').stdout
    for (const one of printed) expect(text).toContain(`# ${one.path}\n${one.text}`)
    expect(snapshot(machine.root)).toEqual(before)
    machine.json('hooks', 'install')
    for (const { kind, path, text: meant } of printed.filter(({ kind }) => kind !== 'allow'))
      expect(readFileSync(path, 'utf8'), kind).toBe(meant)
  })

  it('is not said to be changed by a dry run of what would fail', () => {
    const machine = makeHookMachine()
    machine.lay('.claude/settings.json', '{"model": "opus"}')
    writeFileSync(join(machine.home, '.local'), 'a file where a folder has to be')
    const dry = machine.json('hooks', 'install', '--host', 'claude_code', '--dry-run')
    const real = machine.json('hooks', 'install', '--host', 'claude_code')
    for (const { status, out } of [dry, real]) {
      expect(status).not.toBe(0)
      expect(out.files).toMatchObject([{ action: 'refused', refusal: { code: 'unwritable' } }, { action: 'refused' }])
    }
    expect(machine.read('.claude/settings.json')).toBe('{"model": "opus"}')
  })
})

describe('rally hooks verify', () => {
  it('finds nothing to run where nothing is installed', () => {
    expect(makeHookMachine().json('hooks', 'verify')).toMatchObject({
      status: 3,
      out: { error: { code: 'HOOKS_ABSENT' } },
    })
  })

  it('sees every hook of a host fire, in a room of its own', () => {
    const machine = makeHookMachine()
    machine.json('hooks', 'install', '--host', 'claude_code', '--host', 'cursor')
    const before = snapshot(machine.root)
    const { status, out } = machine.json('hooks', 'verify')
    expect(out.hooks).toHaveLength(14)
    for (const hook of out.hooks as Hook[]) expect(hook).toMatchObject({ verdict: 'fired', remedy: null })
    expect(status).toBe(0)
    expect(snapshot(machine.root)).toEqual(before)
  })

  it('tells trust, switches, double and broken apart', () => {
    const machine = makeHookMachine()
    machine.json('hooks', 'install', '--host', 'codex', '--trust')
    const project = `[projects."${machine.repo}"]\ntrust_level = "trusted"\n`
    const config = join(machine.home, '.codex/config.toml')
    expect(machine.json('hooks', 'verify').out.hooks).toMatchObject(
      Array.from({ length: 8 }, () => ({ verdict: 'untrusted' })),
    )
    appendFileSync(config, project)
    const trusted = machine.json('hooks', 'verify')
    expect((trusted.out.hooks as Hook[]).map((hook) => [hook.event, hook.verdict])).toContainEqual([
      'PreToolUse',
      'fired',
    ])
    expect(trusted.status).toBe(0)

    machine.json('hooks', 'install', '--host', 'codex', '--scope', 'user', '--trust')
    for (const hook of machine.json('hooks', 'verify').out.hooks as Hook[]) expect(hook.verdict).toBe('double')
    machine.json('hooks', 'uninstall', '--host', 'codex', '--scope', 'user')

    machine.json('hooks', 'off', '--scope', 'repo')
    for (const hook of machine.json('hooks', 'verify').out.hooks as Hook[]) {
      expect(hook).toMatchObject({
        verdict: 'off',
        remedy: expect.stringMatching(/switched off by .*: rally hooks on --scope repo$/),
      })
    }
    machine.json('hooks', 'on', '--scope', 'repo')

    rmSync(join(machine.root, 'bin/rally-hook'))
    writeFileSync(join(machine.root, 'bin/rally-hook'), '#!/bin/sh\ncat >/dev/null\nexit 0\n')
    chmodSync(join(machine.root, 'bin/rally-hook'), 0o755)
    for (const hook of machine.json('hooks', 'verify').out.hooks as Hook[]) expect(hook.verdict).toBe('silent')
  })

  it('sees a line of an older form fail, and a time that runs out', () => {
    const machine = makeHookMachine()
    machine.lay(
      '.cursor/hooks.json',
      JSON.stringify({
        version: 1,
        hooks: {
          stop: [{ command: '/nowhere/rally-hook cursor stop' }],
          sessionStart: [{ command: `${join(machine.root, 'slow/rally-hook')} cursor sessionStart`, timeout: 1 }],
        },
      }),
    )
    mkdirSync(join(machine.root, 'slow'))
    writeFileSync(join(machine.root, 'slow/rally-hook'), '#!/bin/sh\nsleep 30\n')
    chmodSync(join(machine.root, 'slow/rally-hook'), 0o755)
    expect(machine.json('hooks', 'status', '--host', 'cursor').out).toMatchObject({ hosts: [{ state: 'stale' }] })
    const hooks = machine.json('hooks', 'verify').out.hooks as Hook[]
    expect(hooks.map((hook) => [hook.event, hook.verdict, hook.reason])).toEqual([
      ['sessionStart', 'failed', expect.stringContaining('ran out of time')],
      ['stop', 'failed', expect.stringContaining('exited with 127')],
    ])
    machine.json('hooks', 'install', '--host', 'cursor')
    expect(machine.json('hooks', 'verify').status).toBe(0)
  })
})

describe('rally hooks off and on', () => {
  it('silence a repository and a user, and give the files back', () => {
    const machine = makeHookMachine()
    machine.lay('.rally.json', '{\n  "relay": { "channel": "x" }\n}')
    const before = snapshot(machine.repo)
    machine.json('hooks', 'install', '--host', 'cursor')
    expect(machine.json('hooks', 'off', '--scope', 'repo').out).toMatchObject({ enabled: false, changed: true })
    expect(JSON.parse(machine.read('.rally.json'))).toEqual({ relay: { channel: 'x' }, hooks: { enabled: false } })
    expect(machine.json('hooks', 'off', '--scope', 'repo').out).toMatchObject({ changed: false })
    expect(machine.json('hooks', 'status', '--host', 'cursor').out).toMatchObject({ hosts: [{ state: 'off' }] })
    machine.json('hooks', 'off', '--scope', 'user')
    expect(machine.json('hooks', 'on', '--scope', 'repo').out).toMatchObject({
      still_silent: expect.stringContaining('switched off'),
    })
    expect(machine.json('hooks', 'on', '--scope', 'user').out).toMatchObject({ still_silent: null })
    machine.json('hooks', 'uninstall', '--host', 'cursor')
    expect(snapshot(machine.repo)).toEqual(before)
    expect(existsSync(join(machine.home, '.config'))).toBe(false)
  })

  it('silence one session', () => {
    const machine = makeHookMachine()
    const path = join(machine.home, 'apps/repo/hook/s-1.off')
    expect(machine.json('hooks', 'off', '--scope', 'session', '--session-id', 's-1').out).toMatchObject({
      path,
      changed: true,
    })
    expect(existsSync(path)).toBe(true)
    expect(machine.json('hooks', 'on', '--scope', 'session', '--session-id', 's-1').out).toMatchObject({
      changed: true,
    })
    expect(existsSync(path)).toBe(false)
    expect(machine.json('hooks', 'off', '--scope', 'session')).toMatchObject({
      status: 2,
      out: { error: { code: 'SESSION_UNKNOWN' } },
    })
  })

  it('silence one repository for one user, worktrees included, and nobody else', () => {
    const machine = makeHookMachine()
    const before = snapshot(machine.repo)
    machine.json('hooks', 'install', '--host', 'cursor', '--scope', 'user')
    const config = join(machine.home, '.config/rally/config.json')
    expect(machine.json('hooks', 'off').out).toMatchObject({
      scope: 'here',
      enabled: false,
      changed: true,
      path: config,
    })
    expect(JSON.parse(readFileSync(config, 'utf8'))).toEqual({ hooks: { off_in: { [machine.repo]: true } } })
    expect(machine.json('hooks', 'status', '--host', 'cursor').out).toMatchObject({
      hosts: [{ state: 'off' }],
      silenced: expect.stringContaining('for you in this repository'),
    })
    expect(machine.json('hooks', 'verify', '--host', 'cursor').out.hooks).toContainEqual(
      expect.objectContaining({ verdict: 'off' }),
    )
    expect(machine.json('doctor').status).toBe(0)
    expect(machine.json('hooks', 'on').out).toMatchObject({ enabled: true, changed: true, still_silent: null })
    expect(existsSync(config)).toBe(false)
    expect(snapshot(machine.repo)).toEqual(before)
  })
})

describe('a symbolic link', () => {
  it('is followed and kept', () => {
    const machine = makeHookMachine()
    mkdirSync(join(machine.root, 'dotfiles'))
    writeFileSync(join(machine.root, 'dotfiles/settings.json'), '{}')
    mkdirSync(join(machine.home, '.claude'))
    symlinkSync(join(machine.root, 'dotfiles/settings.json'), join(machine.home, '.claude/settings.json'))
    const { stdout } = machine.text('hooks', 'install', '--host', 'claude_code', '--scope', 'user')
    expect(stdout).toContain(
      `~/.claude/settings.json -> ${join(machine.root, 'dotfiles/settings.json')}  changed (7 hooks)`,
    )
  })
})
